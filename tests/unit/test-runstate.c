/* SPDX-License-Identifier: MIT */
/* Run states, requests, and vCPU threads, with CPUs that run nothing. */
#include "qemu/osdep.h"

#include "hw/core/cpu.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "system/cpu-timers.h"
#include "system/cpus.h"
#include "system/reset.h"
#include "system/runstate-action.h"
#include "system/runstate.h"

#define TYPE_TEST_CPU "test-runstate-cpu"
#define NR_CPUS       2

typedef struct TestCPU {
    CPUState parent_obj;
    TCGEnv env;
} TestCPU;

static CPUState *cpus[NR_CPUS];

static bool test_cpu_has_work(CPUState *cs)
{
    return qatomic_read(&cs->interrupt_request) != 0;
}

static void test_cpu_realize(DeviceState *dev, Error **errp)
{
    CPUState *cs = CPU(dev);

    if (cpu_exec_realizefn(cs, errp)) {
        qemu_init_vcpu(cs);
    }
}

static void test_cpu_class_init(ObjectClass *oc, const void *data)
{
    CPU_CLASS(oc)->has_work = test_cpu_has_work;
    CPU_CLASS(oc)->env_offset = offsetof(TestCPU, env);
    DEVICE_CLASS(oc)->realize = test_cpu_realize;
}

static void test_accel_class_init(ObjectClass *oc, const void *data)
{
    ACCEL_CLASS(oc)->name = "test";
    ACCEL_CLASS(oc)->create_vcpu_thread = dummy_start_vcpu_thread;
}

static const TypeInfo types[] = {
    {
        .name = TYPE_TEST_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(TestCPU),
        .class_init = test_cpu_class_init,
    },
    {
        .name = ACCEL_CLASS_NAME("test"),
        .parent = TYPE_ACCEL,
        .class_init = test_accel_class_init,
    },
};

/* --- Starting and stopping --- */

static GString *history;

static void note_change(void *opaque, bool running, RunState state)
{
    g_string_append_printf(history, "%s%s:%s ", (const char *)opaque, running ? "+" : "-",
                           RunState_str(state));
}

static void test_start_stop(void)
{
    VMChangeStateEntry *late, *early;

    history = g_string_new(NULL);
    late = qemu_add_vm_change_state_handler_prio(note_change, (void *)"late", 5);
    early = qemu_add_vm_change_state_handler(note_change, (void *)"early");
    g_assert_true(runstate_check(RUN_STATE_PRELAUNCH));
    g_assert_true(cpus[0]->stopped && cpus[1]->stopped);
    vm_start();
    g_assert_true(runstate_is_running() && cpu_ticks_enabled());
    g_assert_true(cpu_can_run(cpus[0]) && cpu_can_run(cpus[1]));
    vm_start(); /* nothing */
    vm_stop(RUN_STATE_PAUSED);
    g_assert_true(cpus[0]->stopped && cpus[1]->stopped && !cpu_ticks_enabled());
    g_assert_true(all_cpu_threads_idle());
    vm_stop(RUN_STATE_IO_ERROR); /* it stands already: nothing */
    g_assert_true(runstate_check(RUN_STATE_PAUSED));
    vm_stop_force_state(RUN_STATE_IO_ERROR);
    g_assert_true(runstate_check(RUN_STATE_IO_ERROR));
    g_assert_cmpstr(history->str, ==, "early+:running late+:running late-:paused early-:paused ");
    qemu_del_vm_change_state_handler(late);
    qemu_del_vm_change_state_handler(early);
    g_string_free(history, true);
}

static void test_pause_often(void)
{
    for (int i = 0; i < 200; i++) {
        vm_start();
        vm_stop(RUN_STATE_PAUSED);
        g_assert_true(cpus[0]->stopped && cpus[1]->stopped);
    }
}

/* --- Work --- */

static void add_index(CPUState *cs, run_on_cpu_data data)
{
    g_assert_true(bql_locked());
    g_assert_true(qemu_cpu_is_self(cs));
    g_assert_true(current_cpu == cs);
    *(int *)data.host_ptr += cs->cpu_index + 1;
}

static void test_work(void)
{
    int sum = 0;

    for (int running = 0; running < 2; running++) {
        if (running) {
            vm_start();
        }
        sum = 0;
        run_on_cpu(cpus[0], add_index, RUN_ON_CPU_HOST_PTR(&sum));
        g_assert_cmpint(sum, ==, 1);
        async_run_on_cpu(cpus[1], add_index, RUN_ON_CPU_HOST_PTR(&sum));
        async_run_on_cpu(cpus[1], add_index, RUN_ON_CPU_HOST_PTR(&sum));
        run_on_cpu(cpus[1], add_index, RUN_ON_CPU_HOST_PTR(&sum)); /* in order */
        g_assert_cmpint(sum, ==, 7);
    }
    vm_stop(RUN_STATE_PAUSED);
}

static void test_interrupt(void)
{
    cpu_interrupt(cpus[0], CPU_INTERRUPT_HARD);
    g_assert_cmphex(cpus[0]->interrupt_request, ==, CPU_INTERRUPT_HARD);
    g_assert_true(cpu_has_work(cpus[0]));
    g_assert_true(qatomic_read(&cpus[0]->exit_request));
    cpu_reset_interrupt(cpus[0], CPU_INTERRUPT_HARD);
    g_assert_false(cpu_has_work(cpus[0]));
    g_assert_true(qemu_get_cpu(1) == cpus[1]);
    g_assert_null(qemu_get_cpu(2));
}

/* --- Requests --- */

static unsigned resets, powerdowns;
static ShutdownCause last_cause;

static void on_reset(void *opaque)
{
    g_assert_true(cpus[0]->stopped && cpus[1]->stopped);
    resets++;
}

static void on_powerdown(Notifier *n, void *data)
{
    powerdowns++;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
}

static void on_shutdown(Notifier *n, void *data)
{
    last_cause = *(ShutdownCause *)data;
}

static void guest_exits(CPUState *cs, run_on_cpu_data data)
{
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, data.host_int);
    g_assert_true(cs->stop);
}

static void test_exit_code(void)
{
    vm_start();
    async_run_on_cpu(cpus[1], guest_exits, RUN_ON_CPU_HOST_INT(42));
    g_assert_cmpint(qemu_main_loop(), ==, 42);
    g_assert_cmpint(last_cause, ==, SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    g_assert_true(cpus[1]->stop || cpus[1]->stopped);
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_HOST_UI, 0);
    g_assert_cmpint(qemu_main_loop(), ==, 0);
    vm_shutdown();
    g_assert_true(runstate_check(RUN_STATE_SHUTDOWN));
}

static void test_powerdown(void)
{
    vm_start();
    qemu_system_powerdown_request();
    g_assert_cmpint(qemu_main_loop(), ==, 0);
    g_assert_cmpuint(powerdowns, ==, 1);
    vm_stop(RUN_STATE_PAUSED);
}

static void guest_resets(CPUState *cs, run_on_cpu_data data)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
}

static void *end_when_running(void *unused)
{
    for (bool done = false; !done;) {
        bql_lock();
        done = resets && runstate_is_running() && cpu_can_run(cpus[0]);
        bql_unlock();
        g_usleep(500);
    }
    qemu_system_killed(SIGTERM, 0);
    return NULL;
}

static void test_reset(void)
{
    QemuThread t;

    resets = 0;
    vm_start();
    async_run_on_cpu(cpus[0], guest_resets, RUN_ON_CPU_NULL);
    qemu_thread_create(&t, "ender", end_when_running, NULL, QEMU_THREAD_JOINABLE);
    qemu_main_loop();
    g_assert_cmpuint(resets, ==, 1);
    g_assert_cmpint(last_cause, ==, SHUTDOWN_CAUSE_HOST_SIGNAL);
    bql_unlock();
    qemu_thread_join(&t);
    bql_lock();

    /* -no-reboot */
    reboot_action = REBOOT_ACTION_SHUTDOWN;
    async_run_on_cpu(cpus[0], guest_resets, RUN_ON_CPU_NULL);
    qemu_main_loop();
    g_assert_cmpuint(resets, ==, 1);
    g_assert_cmpint(last_cause, ==, SHUTDOWN_CAUSE_GUEST_RESET);
    reboot_action = REBOOT_ACTION_RESET;
    vm_stop(RUN_STATE_PAUSED);
}

static void *kill_when_shut_down(void *unused)
{
    while (!runstate_check(RUN_STATE_SHUTDOWN)) {
        g_usleep(500);
    }
    qemu_system_killed(SIGINT, 0);
    return NULL;
}

static void test_no_shutdown(void)
{
    QemuThread t;

    shutdown_action = SHUTDOWN_ACTION_PAUSE;
    vm_start();
    async_run_on_cpu(cpus[0], guest_exits, RUN_ON_CPU_HOST_INT(0));
    qemu_thread_create(&t, "killer", kill_when_shut_down, NULL, QEMU_THREAD_JOINABLE);
    g_assert_cmpint(qemu_main_loop(), ==, 0);
    g_assert_true(runstate_needs_reset());
    g_assert_cmpint(last_cause, ==, SHUTDOWN_CAUSE_HOST_SIGNAL);
    bql_unlock();
    qemu_thread_join(&t);
    bql_lock();
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
}

static void guest_stops(CPUState *cs, run_on_cpu_data data)
{
    vm_stop(RUN_STATE_GUEST_PANICKED);
    g_assert_true(runstate_is_running() && cs->stop);
}

static void *end_when_panicked(void *unused)
{
    while (!runstate_check(RUN_STATE_GUEST_PANICKED)) {
        g_usleep(500);
    }
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
    return NULL;
}

static void test_stop_from_vcpu(void)
{
    QemuThread t;

    vm_start();
    async_run_on_cpu(cpus[0], guest_stops, RUN_ON_CPU_NULL);
    qemu_thread_create(&t, "ender", end_when_panicked, NULL, QEMU_THREAD_JOINABLE);
    qemu_main_loop();
    g_assert_true(cpus[0]->stopped && cpus[1]->stopped);
    bql_unlock();
    qemu_thread_join(&t);
    bql_lock();
}

static void test_remove(void)
{
    for (int i = 0; i < NR_CPUS; i++) {
        cpu_remove_sync(cpus[i]);
        g_assert_false(cpus[i]->created);
        cpu_list_remove(cpus[i]);
    }
    g_assert_null(first_cpu);
}

static void make_machine(void)
{
    static Notifier powerdown = { .notify = on_powerdown }, shutdown = { .notify = on_shutdown };

    accel_init_machine(ACCEL(object_new(ACCEL_CLASS_NAME("test"))), NULL, &error_fatal);
    for (int i = 0; i < NR_CPUS; i++) {
        cpus[i] = CPU(object_new(TYPE_TEST_CPU));
        qdev_realize(DEVICE(cpus[i]), NULL, &error_fatal);
    }
    qemu_register_reset(on_reset, NULL);
    qemu_register_powerdown_notifier(&powerdown);
    qemu_register_shutdown_notifier(&shutdown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    type_register_static_array(types, ARRAY_SIZE(types));
    qemu_init_main_loop(&error_fatal);
    make_machine();
    g_test_add_func("/runstate/start-stop", test_start_stop);
    g_test_add_func("/runstate/pause-often", test_pause_often);
    g_test_add_func("/runstate/work", test_work);
    g_test_add_func("/runstate/interrupt", test_interrupt);
    g_test_add_func("/runstate/exit-code", test_exit_code);
    g_test_add_func("/runstate/powerdown", test_powerdown);
    g_test_add_func("/runstate/reset", test_reset);
    g_test_add_func("/runstate/no-shutdown", test_no_shutdown);
    g_test_add_func("/runstate/stop-from-vcpu", test_stop_from_vcpu);
    g_test_add_func("/runstate/remove", test_remove);
    return g_test_run();
}
