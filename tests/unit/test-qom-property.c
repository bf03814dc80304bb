/* SPDX-License-Identifier: MIT */
/* Properties of objects and classes. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"

#define TYPE_CAR "test-car"
OBJECT_DECLARE_SIMPLE_TYPE(Car, CAR)

struct Car {
    Object parent_obj;
    char *name;
    bool fast;
    int colour;
    uint64_t weight;
    uint16_t wheels;
    Object *driver, *weak;
};

static const char *const colour_names[] = { "red", "green", "blue" };
static const QEnumLookup colour_lookup = { colour_names, 3 };

static char *car_get_name(Object *obj, Error **errp)
{
    return g_strdup(CAR(obj)->name);
}

static void car_set_name(Object *obj, const char *value, Error **errp)
{
    if (strcmp(value, "taboo") == 0) {
        error_setg(errp, "no such name");
        return;
    }
    g_free(CAR(obj)->name);
    CAR(obj)->name = g_strdup(value);
}

static bool car_get_fast(Object *obj, Error **errp)
{
    return CAR(obj)->fast;
}

static void car_set_fast(Object *obj, bool value, Error **errp)
{
    CAR(obj)->fast = value;
}

static int car_get_colour(Object *obj, Error **errp)
{
    return CAR(obj)->colour;
}

static void car_set_colour(Object *obj, int value, Error **errp)
{
    CAR(obj)->colour = value;
}

static void car_get_weight(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_size(v, name, &CAR(obj)->weight, errp);
}

static void car_complete(UserCreatable *uc, Error **errp)
{
    if (!CAR(uc)->name) {
        error_setg(errp, "a car needs a name");
    }
}

static void car_init(Object *obj)
{
    Car *car = CAR(obj);

    object_property_add_uint16_ptr(obj, "wheels", &car->wheels, OBJ_PROP_FLAG_READWRITE);
    object_property_add_link(obj, "weak", TYPE_OBJECT, &car->weak, object_property_allow_set_link,
                             0);
}

static void car_finalize(Object *obj)
{
    g_free(CAR(obj)->name);
}

static void car_class_init(ObjectClass *oc, const void *data)
{
    static const uint32_t generation = 5;
    ObjectProperty *prop;

    USER_CREATABLE_CLASS(oc)->complete = car_complete;
    object_class_property_add_str(oc, "name", car_get_name, car_set_name);
    prop = object_class_property_add_bool(oc, "fast", car_get_fast, car_set_fast);
    object_property_set_default_bool(prop, true);
    prop = object_class_property_add_enum(oc, "colour", "Colour", &colour_lookup, car_get_colour,
                                          car_set_colour);
    object_property_set_default_str(prop, "green");
    prop =
        object_class_property_add(oc, "weight", "size", car_get_weight, car_get_weight, NULL, NULL);
    object_property_set_default_uint(prop, 1024);
    object_class_property_set_description(oc, "weight", "how heavy it is");
    object_class_property_add_link(oc, "driver", TYPE_CAR, offsetof(Car, driver),
                                   object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
    object_class_property_add_uint32_ptr(oc, "generation", &generation, OBJ_PROP_FLAG_READ);
}

static const TypeInfo test_types[] = {
    { .name = TYPE_CAR,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(Car),
      .instance_init = car_init,
      .instance_finalize = car_finalize,
      .class_init = car_class_init,
      .interfaces = (const InterfaceInfo[]){ { TYPE_USER_CREATABLE }, {} } },
};
DEFINE_TYPES(test_types)

static void expect_error(bool ok, Error **err, const char *text)
{
    g_assert_false(ok);
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static void test_defaults(void)
{
    Object *obj = object_new(TYPE_CAR);

    g_assert_true(CAR(obj)->fast);
    g_assert_cmpint(CAR(obj)->colour, ==, 1);
    g_assert_cmpint(CAR(obj)->weight, ==, 1024);
    object_unref(obj);
}

static void test_typed(void)
{
    Object *obj = object_new(TYPE_CAR);
    g_autofree char *name = NULL;

    g_assert_true(object_property_set_str(obj, "name", "beetle", &error_abort));
    name = object_property_get_str(obj, "name", &error_abort);
    g_assert_cmpstr(name, ==, "beetle");
    g_assert_true(object_property_set_bool(obj, "fast", false, &error_abort));
    g_assert_false(object_property_get_bool(obj, "fast", &error_abort));
    g_assert_true(object_property_set_int(obj, "wheels", 3, &error_abort));
    g_assert_cmpint(object_property_get_uint(obj, "wheels", &error_abort), ==, 3);
    g_assert_cmpint(object_property_get_int(obj, "wheels", &error_abort), ==, 3);
    g_assert_cmpint(object_property_get_int(obj, "generation", &error_abort), ==, 5);
    g_assert_true(object_property_set_str(obj, "colour", "blue", &error_abort));
    g_assert_cmpint(object_property_get_enum(obj, "colour", "Colour", &error_abort), ==, 2);
    g_assert_cmpstr(object_property_get_type(obj, "wheels", &error_abort), ==, "uint16");
    g_assert_cmpstr(object_property_get_type(obj, "colour", &error_abort), ==, "Colour");
    g_assert_cmpstr(object_property_find(obj, "weight")->description, ==, "how heavy it is");
    object_unref(obj);
}

static void test_text(void)
{
    Object *obj = object_new(TYPE_CAR);
    static const struct {
        const char *name, *in, *out, *human;
    } rows[] = {
        { "name", "a b", "a b", "\"a b\"" },
        { "fast", "off", "false", "false" },
        { "fast", "yes", "true", "true" },
        { "colour", "red", "red", "\"red\"" },
        { "weight", "1.5k", "1536", "1536 (1.5 KiB)" },
        { "weight", "0x20", "32", "32 (32 B)" },
        { "wheels", "017", "15", "15 (0xf)" },
        { "driver", "", "", "\"\"" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        g_autofree char *out = NULL, *human = NULL;

        g_assert_true(object_property_parse(obj, rows[i].name, rows[i].in, &error_abort));
        out = object_property_print(obj, rows[i].name, false, &error_abort);
        human = object_property_print(obj, rows[i].name, true, &error_abort);
        g_assert_cmpstr(out, ==, rows[i].out);
        g_assert_cmpstr(human, ==, rows[i].human);
    }
    object_unref(obj);
}

static void test_errors(void)
{
    Object *obj = object_new(TYPE_CAR);
    Error *err = NULL;

    expect_error(object_property_parse(obj, "color", "red", &err), &err,
                 "Property 'test-car.color' not found; did you mean 'colour'?");
    expect_error(object_property_parse(obj, "zzzzzz", "red", &err), &err,
                 "Property 'test-car.zzzzzz' not found");
    expect_error(object_property_parse(obj, "generation", "1", &err), &err,
                 "Property 'test-car.generation' is not writable");
    expect_error(object_property_parse(obj, "name", "taboo", &err), &err, "no such name");
    expect_error(object_property_parse(obj, "colour", "pink", &err), &err,
                 "Parameter 'colour': invalid value 'pink'; choose from: red, green, blue");
    expect_error(object_property_parse(obj, "wheels", "-1", &err), &err,
                 "Parameter 'wheels' expects a non-negative integer within range, not '-1'");
    expect_error(object_property_parse(obj, "weight", "1Q", &err), &err,
                 "Parameter 'weight' expects a size (a number, then one of BKMGTPE), not '1Q'");
    expect_error(object_property_set_bool(obj, "name", true, &err), &err,
                 "Invalid parameter type for 'name', expected: string");
    expect_error(object_property_get_bool(obj, "name", &err), &err,
                 "Property 'test-car.name' is not a boolean");
    expect_error(object_property_set_int(obj, "wheels", 65536, &err), &err,
                 "Parameter 'wheels': 65536 does not fit in uint16");
    g_assert_null(object_property_try_add(obj, "name", "int", NULL, NULL, NULL, NULL, &err));
    expect_error(false, &err,
                 "attempt to add duplicate property 'name' to object (type 'test-car')");
    object_unref(obj);
}

static void test_links(void)
{
    Object *a = object_new(TYPE_CAR), *b = object_new(TYPE_CAR);
    g_autofree char *path = NULL;
    Error *err = NULL;

    object_property_add_child(object_get_objects_root(), "b", b);
    object_property_set_link(a, "driver", b, &error_abort);
    g_assert_cmpint(b->ref, ==, 3);
    g_assert_true(object_property_get_link(a, "driver", &error_abort) == b);
    path = object_property_print(a, "driver", false, &error_abort);
    g_assert_cmpstr(path, ==, "/objects/b");
    object_property_set_link(a, "driver", NULL, &error_abort);
    g_assert_cmpint(b->ref, ==, 2);
    g_assert_true(object_property_parse(a, "driver", "b", &error_abort));
    object_property_set_link(a, "weak", b, &error_abort);
    g_assert_cmpint(b->ref, ==, 3);
    expect_error(object_property_parse(a, "driver", "/objects", &err), &err,
                 "Property 'test-car.driver' links to a 'test-car', which '/objects' is not");
    object_property_add_const_link(a, "fixed", b);
    expect_error(object_property_set_link(a, "fixed", NULL, &err), &err,
                 "Property 'test-car.fixed' is not writable");
    g_assert_true(object_property_get_link(a, "fixed", &error_abort) == b);
    object_unref(a);
    g_assert_cmpint(b->ref, ==, 2);
    object_unparent(b);
    object_unref(b);
}

static void test_alias(void)
{
    Object *a = object_new(TYPE_CAR), *box = object_new(TYPE_CONTAINER);

    object_property_add_alias(box, "speedy", a, "fast");
    object_property_set_bool(box, "speedy", false, &error_abort);
    g_assert_false(CAR(a)->fast);
    g_assert_false(object_property_get_bool(box, "speedy", &error_abort));
    g_assert_cmpstr(object_property_get_type(box, "speedy", &error_abort), ==, "bool");
    object_unref(box);
    object_unref(a);
}

static void test_iterate(void)
{
    Object *obj = object_new(TYPE_CAR);
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    g_autoptr(GString) names = g_string_new(NULL);

    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        g_string_append_printf(names, "%s ", prop->name);
    }
    g_assert_cmpstr(names->str, ==, "wheels weak name fast colour weight driver generation type ");
    g_string_truncate(names, 0);
    object_class_property_iter_init(&iter, obj->class);
    while ((prop = object_property_iter_next(&iter))) {
        g_string_append_printf(names, "%s ", prop->name);
    }
    g_assert_cmpstr(names->str, ==, "name fast colour weight driver generation type ");
    object_unref(obj);
}

/* The table changes from walking to hashing on the way. */
static void test_many(void)
{
    Object *obj = object_new(TYPE_CONTAINER);
    uint32_t values[100];

    for (unsigned i = 0; i < 100; i++) {
        g_autofree char *name = g_strdup_printf("v%u", i);

        values[i] = i;
        object_property_add_uint32_ptr(obj, name, &values[i], OBJ_PROP_FLAG_READ);
    }
    for (unsigned i = 0; i < 100; i += 2) {
        g_autofree char *name = g_strdup_printf("v%u", i);

        object_property_del(obj, name);
    }
    for (unsigned i = 0; i < 100; i++) {
        g_autofree char *name = g_strdup_printf("v%u", i);

        if (i % 2) {
            g_assert_cmpint(object_property_get_uint(obj, name, &error_abort), ==, i);
        } else {
            g_assert_null(object_property_find(obj, name));
        }
    }
    object_unref(obj);
}

static void test_user_creatable(void)
{
    static const char *const good[] = { "name", "kart", "wheels", "4", NULL };
    static const char *const bad[] = { "wheels", "4", NULL };
    Error *err = NULL;
    Object *obj;

    obj = user_creatable_add_type(TYPE_CAR, "kart0", good, &error_abort);
    g_assert_cmpint(CAR(obj)->wheels, ==, 4);
    g_assert_null(user_creatable_add_type(TYPE_CAR, "kart1", bad, &err));
    expect_error(false, &err, "a car needs a name");
    g_assert_null(user_creatable_add_type("test-cra", "kart1", good, &err));
    expect_error(false, &err, "Invalid object type 'test-cra'; did you mean 'test-car'?");
    g_assert_true(user_creatable_del("kart0", &error_abort));
    expect_error(user_creatable_del("kart0", &err), &err, "object 'kart0' not found");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/property/defaults", test_defaults);
    g_test_add_func("/property/typed", test_typed);
    g_test_add_func("/property/text", test_text);
    g_test_add_func("/property/errors", test_errors);
    g_test_add_func("/property/links", test_links);
    g_test_add_func("/property/alias", test_alias);
    g_test_add_func("/property/iterate", test_iterate);
    g_test_add_func("/property/many", test_many);
    g_test_add_func("/property/user-creatable", test_user_creatable);
    return g_test_run();
}
