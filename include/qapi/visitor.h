/* SPDX-License-Identifier: MIT */
/*
 * Visitors carry a property's value from or to wherever it is written down. The accessor of a
 * property calls one visit_type_*() function; an input visitor stores into the variable, an output
 * visitor reads from it, so one accessor body can serve both.
 *
 * Every function returns true on success, false with *@errp set. @name is for messages. Strings
 * that an input visitor returns belong to the caller.
 */
#ifndef QAPI_VISITOR_H
#define QAPI_VISITOR_H

#include "qemu/osdep.h"
#include "qapi/type.h"

/* What a visitor implementation provides; integers of other widths go through the 64-bit ones. A
 * visitor from or to text has no members behind type_number: it knows no structure. */
struct Visitor {
    bool input;
    bool (*type_int64)(Visitor *v, const char *name, int64_t *obj, Error **errp);
    bool (*type_uint64)(Visitor *v, const char *name, uint64_t *obj, Error **errp);
    bool (*type_size)(Visitor *v, const char *name, uint64_t *obj, Error **errp);
    bool (*type_bool)(Visitor *v, const char *name, bool *obj, Error **errp);
    bool (*type_str)(Visitor *v, const char *name, char **obj, Error **errp);
    bool (*type_number)(Visitor *v, const char *name, double *obj, Error **errp);
    void (*free)(Visitor *v);

    bool (*type_null)(Visitor *v, const char *name, Error **errp);
    bool (*type_any)(Visitor *v, const char *name, QObject **obj, Error **errp);
    /* Input: is there such a member? NULL: as the caller says. */
    bool (*optional)(Visitor *v, const char *name, bool present);
    bool (*start_struct)(Visitor *v, const char *name, Error **errp);
    bool (*check_struct)(Visitor *v, Error **errp); /* NULL: always right */
    void (*end_struct)(Visitor *v);
    bool (*start_list)(Visitor *v, const char *name, Error **errp);
    bool (*next_list)(Visitor *v); /* input: move on to the next element, false at the end */
    void (*end_list)(Visitor *v);
    bool (*start_alternate)(Visitor *v, const char *name, QType *type, Error **errp); /* input */
};

bool visit_is_input(Visitor *v);
/* NULL is allowed. */
void visit_free(Visitor *v);

bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp);
bool visit_type_int8(Visitor *v, const char *name, int8_t *obj, Error **errp);
bool visit_type_int16(Visitor *v, const char *name, int16_t *obj, Error **errp);
bool visit_type_int32(Visitor *v, const char *name, int32_t *obj, Error **errp);
bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp);
bool visit_type_uint8(Visitor *v, const char *name, uint8_t *obj, Error **errp);
bool visit_type_uint16(Visitor *v, const char *name, uint16_t *obj, Error **errp);
bool visit_type_uint32(Visitor *v, const char *name, uint32_t *obj, Error **errp);
bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp);
/* Like uint64, but text may have a size suffix. */
bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp);
bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp);
bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp);
bool visit_type_number(Visitor *v, const char *name, double *obj, Error **errp);
bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp);

bool visit_type_null(Visitor *v, const char *name, Error **errp);
/* Any JSON value; an input visitor returns a reference. */
bool visit_type_any(Visitor *v, const char *name, QObject **obj, Error **errp);

/* ---- Structs and lists. Generated types need none of this: see qapi_visit(). ---- */

/* Does the visitor know structs and lists? One from or to text does not. */
bool visit_has_structure(Visitor *v);

/*
 * Between start and end, visit the members by name. An input visitor allocates @size zeroed bytes
 * into *@obj, unless @obj is NULL. check tells (at the end, if all went well) whether the input has
 * members that nobody visited. end follows each start that succeeded.
 */
bool visit_start_struct(Visitor *v, const char *name, void **obj, size_t size, Error **errp);
bool visit_check_struct(Visitor *v, Error **errp);
void visit_end_struct(Visitor *v, void **obj);

/*
 * The same for a list, whose elements are visited with name NULL. An input visitor with @list
 * allocates elements of @size bytes: *@list is the first, NULL for an empty list; visit_next_list
 * gives the one after @tail or NULL. With @list NULL, visit_next_element tells an input visitor
 * whether there is another element; it comes before each of them.
 */
bool visit_start_list(Visitor *v, const char *name, GenericList **list, size_t size, Error **errp);
GenericList *visit_next_list(Visitor *v, GenericList *tail, size_t size);
bool visit_next_element(Visitor *v);
bool visit_check_list(Visitor *v, Error **errp);
void visit_end_list(Visitor *v, void **list);

/* Input: *@type says what comes. Output: nothing; the caller knows. */
bool visit_start_alternate(Visitor *v, const char *name, QType *type, Error **errp);

/* Input: sets *@present to whether there is a member @name. Output: leaves it. Returns *@present.
 */
bool visit_optional(Visitor *v, const char *name, bool *present);

/* Reads the value from text. */
Visitor *string_input_visitor_new(const char *str);
/* Writes the value as text into *@result (the caller frees it); @human quotes and adds units. */
Visitor *string_output_visitor_new(bool human, char **result);

/* A value with its type: what C code sets and gets properties with. */
typedef enum {
    QVALUE_NONE,
    QVALUE_BOOL,
    QVALUE_INT,
    QVALUE_UINT,
    QVALUE_NUMBER,
    QVALUE_STR
} QValueKind;

typedef struct QValue {
    QValueKind kind;
    union {
        bool b;
        int64_t i;
        uint64_t u;
        double number;
        char *str;
    };
} QValue;

/* On the caller's stack; need not be freed. */
typedef struct ValueVisitor {
    Visitor v;
    QValue *value; /* source or destination; a string put there belongs to the caller */
} ValueVisitor;

Visitor *value_input_visitor_init(ValueVisitor *vv, QValue *value);
Visitor *value_output_visitor_init(ValueVisitor *vv, QValue *value);

#endif
