/* SPDX-License-Identifier: MIT */
/* The table of commands that scripts/qapi-gen.py makes of the schema. */
#ifndef QAPI_QMP_COMMAND_H
#define QAPI_QMP_COMMAND_H

#include "qapi/type.h"

typedef enum QmpCommandOptions {
    QCO_ALLOW_PRECONFIG = 1 << 0,
    QCO_ALLOW_OOB = 1 << 1,
    QCO_NO_SUCCESS_RESP = 1 << 2,
    QCO_DEPRECATED = 1 << 3,
    QCO_UNSTABLE = 1 << 4,
} QmpCommandOptions;

typedef struct QmpCommand {
    const char *name;
    unsigned options;
    const QapiType *args; /* NULL: takes none */
    const QapiType *ret;  /* NULL: returns nothing */
    /* @args: a struct of that type. @ret: the variable for the result. */
    bool (*call)(void *args, void *ret, Error **errp);
    /* Instead of call for 'gen': false. @args is never NULL; *@ret may stay NULL. */
    bool (*raw)(QObject *args, QObject **ret, Error **errp);
} QmpCommand;

/* Sorted by name; ends with a row without one. */
extern const QmpCommand qmp_commands[];

/* Introspection: one JSON text for each SchemaInfo; ends with NULL. */
extern const char *const qmp_schema_json[];

#endif
