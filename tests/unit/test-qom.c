/* SPDX-License-Identifier: MIT */
/* Types, classes, casts, interfaces, life cycle, the composition tree. */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qom/object.h"
#include "qom/object_interfaces.h"

/* ---- A small family of types that writes down what is called ---- */

#define TYPE_SHAPE  "test-shape"
#define TYPE_SQUARE "test-square"
#define TYPE_TILE   "test-tile"

typedef struct ShapeClass {
    ObjectClass parent_class;
    int sides;
    int (*area)(Object *obj);
    char *made_of; /* by class_base_init: which classes were derived */
} ShapeClass;

typedef struct Shape {
    Object parent_obj;
    int size;
    Object *friend;
    char *label;
} Shape;

DECLARE_OBJ_CHECKERS(Shape, ShapeClass, SHAPE, TYPE_SHAPE)

#define TYPE_DRAWABLE "test-drawable"
#define TYPE_PLOTTER  "test-plottable"
typedef struct Drawable Drawable;
typedef struct DrawableClass {
    InterfaceClass parent_class;
    int (*draw)(Drawable *d);
    int pens;
} DrawableClass;
DECLARE_CLASS_CHECKERS(DrawableClass, DRAWABLE, TYPE_DRAWABLE)
#define DRAWABLE(obj) INTERFACE_CHECK(Drawable, (obj), TYPE_DRAWABLE)

static GString *journal;

static void note(const char *what)
{
    g_string_append_printf(journal, "%s ", what);
}

static void shape_init(Object *obj)
{
    note("shape-init");
    SHAPE(obj)->size = 1;
}

static void shape_post_init(Object *obj)
{
    note("shape-post");
}

static void shape_finalize(Object *obj)
{
    note("shape-fini");
    g_free(SHAPE(obj)->label);
}

static int shape_area(Object *obj)
{
    return 0;
}

static void shape_class_init(ObjectClass *oc, const void *data)
{
    SHAPE_CLASS(oc)->area = shape_area;
}

static void shape_class_base_init(ObjectClass *oc, const void *data)
{
    SHAPE_CLASS(oc)->made_of = g_strdup_printf("derived:%s", object_class_get_name(oc));
}

static void square_init(Object *obj)
{
    note("square-init");
}

static void square_post_init(Object *obj)
{
    note("square-post");
}

static void square_finalize(Object *obj)
{
    note("square-fini");
}

static int square_area(Object *obj)
{
    return SHAPE(obj)->size * SHAPE(obj)->size;
}

static int square_draw(Drawable *d)
{
    return 4;
}

static void square_class_init(ObjectClass *oc, const void *data)
{
    SHAPE_CLASS(oc)->area = square_area;
    SHAPE_CLASS(oc)->sides = *(const int *)data;
    DRAWABLE_CLASS(oc)->draw = square_draw;
}

static void drawable_class_init(ObjectClass *oc, const void *data)
{
    ((DrawableClass *)oc)->pens = 7;
}

static const int four = 4;

static const TypeInfo test_types[] = {
    { .name = TYPE_DRAWABLE,
      .parent = TYPE_INTERFACE,
      .class_size = sizeof(DrawableClass),
      .class_init = drawable_class_init },
    { .name = TYPE_PLOTTER, .parent = TYPE_DRAWABLE },
    { .name = TYPE_SHAPE,
      .parent = TYPE_OBJECT,
      .instance_size = sizeof(Shape),
      .class_size = sizeof(ShapeClass),
      .abstract = true,
      .instance_init = shape_init,
      .instance_post_init = shape_post_init,
      .instance_finalize = shape_finalize,
      .class_init = shape_class_init,
      .class_base_init = shape_class_base_init },
    { .name = TYPE_SQUARE,
      .parent = TYPE_SHAPE,
      .instance_init = square_init,
      .instance_post_init = square_post_init,
      .instance_finalize = square_finalize,
      .class_init = square_class_init,
      .class_data = &four,
      .interfaces = (const InterfaceInfo[]){ { TYPE_DRAWABLE }, {} } },
    { .name = TYPE_TILE, .parent = TYPE_SQUARE, .instance_align = 64 },
    { .name = "test-poster",
      .parent = TYPE_SHAPE,
      .interfaces = (const InterfaceInfo[]){ { TYPE_PLOTTER }, {} } },
};
DEFINE_TYPES(test_types)

/* ---- Tests ---- */

static void test_life_cycle(void)
{
    Object *obj;

    g_string_truncate(journal, 0);
    obj = object_new(TYPE_SQUARE);
    g_assert_cmpstr(journal->str, ==, "shape-init square-init shape-post square-post ");
    g_assert_cmpint(obj->ref, ==, 1);
    object_ref(obj);
    object_unref(obj);
    g_string_truncate(journal, 0);
    object_unref(obj);
    g_assert_cmpstr(journal->str, ==, "square-fini shape-fini ");
    object_unref(NULL);
}

static void test_class(void)
{
    ObjectClass *oc = object_class_by_name(TYPE_TILE);
    Object *obj = object_new(TYPE_TILE);

    g_assert_cmpstr(object_class_get_name(oc), ==, TYPE_TILE);
    g_assert_cmpstr(object_class_get_name(object_class_get_parent(oc)), ==, TYPE_SQUARE);
    g_assert_cmpint(SHAPE_CLASS(oc)->sides, ==, 4); /* inherited */
    g_assert_cmpstr(SHAPE_CLASS(oc)->made_of, ==, "derived:" TYPE_TILE);
    g_assert_true(object_class_is_abstract(object_class_by_name(TYPE_SHAPE)));
    g_assert_false(object_class_is_abstract(oc));
    g_assert_null(object_class_by_name("test-no-such-type"));
    SHAPE(obj)->size = 3;
    g_assert_cmpint(SHAPE_GET_CLASS(obj)->area(obj), ==, 9);
    g_assert_cmpint((uintptr_t)obj % 64, ==, 0);
    object_unref(obj);
}

static void test_casts(void)
{
    Object *obj = object_new(TYPE_SQUARE);

    for (int i = 0; i < 3; i++) { /* the second time from the cache */
        g_assert_true((Object *)SHAPE(obj) == obj);
        g_assert_true((Object *)DRAWABLE(obj) == obj);
        g_assert_true((ObjectClass *)SHAPE_GET_CLASS(obj) == obj->class);
        g_assert_true((ObjectClass *)DRAWABLE_GET_CLASS(obj) != obj->class);
    }
    g_assert_null(object_dynamic_cast(obj, TYPE_TILE));
    g_assert_null(object_dynamic_cast(obj, "test-no-such-type"));
    g_assert_nonnull(object_dynamic_cast(obj, TYPE_OBJECT));
    g_assert_null(SHAPE(NULL));
    object_unref(obj);
}

static void test_bad_cast(void)
{
    if (g_test_subprocess()) {
        SHAPE(object_new(TYPE_CONTAINER));
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*is a 'container', not a 'test-shape'*");
}

static void test_abstract(void)
{
    if (g_test_subprocess()) {
        object_new(TYPE_SHAPE);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*'test-shape' is abstract*");
}

static void test_interface(void)
{
    Object *square = object_new(TYPE_SQUARE), *tile = object_new(TYPE_TILE);
    Object *poster = object_new("test-poster");

    g_assert_cmpint(DRAWABLE_GET_CLASS(square)->draw(DRAWABLE(square)), ==, 4);
    g_assert_true(DRAWABLE_GET_CLASS(tile)->draw == square_draw); /* inherited method */
    g_assert_cmpint(DRAWABLE_GET_CLASS(tile)->pens, ==, 7);       /* from the interface */
    g_assert_true(INTERFACE_CLASS(DRAWABLE_GET_CLASS(tile))->concrete_class == tile->class);
    g_assert_null(DRAWABLE_GET_CLASS(poster)->draw); /* through the derived interface */
    object_unref(square);
    object_unref(tile);
    object_unref(poster);
}

static void test_class_list(void)
{
    GSList *l = object_class_get_list_sorted(TYPE_DRAWABLE, false);

    g_assert_cmpint(g_slist_length(l), ==, 3);
    g_assert_cmpstr(object_class_get_name(l->data), ==, "test-poster");
    g_slist_free(l);
    l = object_class_get_list(TYPE_SHAPE, true);
    g_assert_cmpint(g_slist_length(l), ==, 4);
    g_slist_free(l);
    g_assert_null(object_class_get_list("test-no-such-type", true));
}

static int count_child(Object *child, void *opaque)
{
    ++*(int *)opaque;
    return 0;
}

static int drop_child(Object *child, void *opaque)
{
    object_unparent(child);
    return 0;
}

static void test_tree(void)
{
    Object *room = object_new(TYPE_CONTAINER), *shelf = object_new(TYPE_CONTAINER);
    Object *box = object_new(TYPE_SQUARE);
    g_autofree char *path = NULL;
    bool ambiguous;
    int n = 0;

    g_assert_null(object_get_canonical_path(box));
    object_property_add_child(room, "shelf", shelf);
    object_property_add_child(shelf, "box[*]", box);
    object_property_add_child(object_get_objects_root(), "room", room);
    path = object_get_canonical_path(box);
    g_assert_cmpstr(path, ==, "/objects/room/shelf/box[0]");
    g_assert_cmpstr(object_get_canonical_path_component(box), ==, "box[0]");
    g_assert_true(object_resolve_path(path, NULL) == box);
    g_assert_true(object_resolve_path("shelf/box[0]", &ambiguous) == box && !ambiguous);
    g_assert_true(object_resolve_path("box[0]", NULL) == box);
    g_assert_true(object_resolve_path_type("", TYPE_SQUARE, NULL) == box);
    g_assert_true(object_resolve_type_unambiguous(TYPE_SQUARE, NULL) == box);
    g_assert_null(object_resolve_path("/objects/room/none", NULL));
    g_assert_true(object_resolve_path_at(room, "shelf/box[0]") == box);

    object_new_with_props(TYPE_CONTAINER, room, "box[0]", &error_abort, NULL);
    g_assert_null(object_resolve_path("box[0]", &ambiguous));
    g_assert_true(ambiguous);

    object_child_foreach_recursive(room, count_child, &n);
    g_assert_cmpint(n, ==, 3);
    object_unref(shelf);
    object_unref(box);
    object_child_foreach(room, drop_child, NULL);
    n = 0;
    object_child_foreach(room, count_child, &n);
    g_assert_cmpint(n, ==, 0);
    object_unparent(room);
    g_assert_cmpint(room->ref, ==, 1);
    object_unref(room);
}

static void test_embedded_child(void)
{
    Object *parent = object_new(TYPE_CONTAINER);
    Shape shape;

    object_initialize_child(parent, "part", &shape, TYPE_SQUARE);
    g_assert_cmpint(OBJECT(&shape)->ref, ==, 1);
    g_string_truncate(journal, 0);
    object_unref(parent);
    g_assert_cmpstr(journal->str, ==, "square-fini shape-fini ");
}

static void test_many_children(void)
{
    Object *parent = object_new(TYPE_CONTAINER);
    Object *middle;

    for (int i = 0; i < 100; i++) {
        Object *child = object_new(TYPE_CONTAINER);

        object_property_add_child(parent, "c[*]", child);
        object_unref(child);
    }
    middle = object_resolve_path_component(parent, "c[50]");
    g_assert_cmpstr(object_get_canonical_path_component(middle), ==, "c[50]");
    object_unparent(middle);
    g_assert_null(object_resolve_path_component(parent, "c[50]"));
    g_assert_nonnull(object_resolve_path_component(parent, "c[99]"));
    object_unref(parent);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    journal = g_string_new(NULL);
    g_test_add_func("/qom/life-cycle", test_life_cycle);
    g_test_add_func("/qom/class", test_class);
    g_test_add_func("/qom/casts", test_casts);
    g_test_add_func("/qom/bad-cast", test_bad_cast);
    g_test_add_func("/qom/abstract", test_abstract);
    g_test_add_func("/qom/interface", test_interface);
    g_test_add_func("/qom/class-list", test_class_list);
    g_test_add_func("/qom/tree", test_tree);
    g_test_add_func("/qom/embedded-child", test_embedded_child);
    g_test_add_func("/qom/many-children", test_many_children);
    return g_test_run();
}
