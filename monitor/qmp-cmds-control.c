/* SPDX-License-Identifier: MIT */
/* QMP commands on the monitor itself. */
#include "qemu/osdep.h"

#include <json-c/json.h>

#include "qapi/error.h"
#include "qapi/qapi-commands-control.h"
#include "qapi/qapi-commands-introspect.h"
#include "qapi/qapi-visit-control.h"
#include "qapi/qmp-command.h"
#include "qapi/qobject.h"
#include "system/runstate-action.h"
#include "system/runstate.h"
#include "system/system.h"

#include "qmp-internal.h"

QObject *qmp_greeting(void)
{
    QObject *greeting = json_object_new_object(), *qmp = json_object_new_object();
    g_autoptr(VersionInfo) info = qmp_query_version(&error_abort);
    QObject *version = NULL;
    Visitor *v = qobject_output_visitor_new(&version);

    visit_type_VersionInfo(v, NULL, &info, &error_abort);
    visit_free(v);
    json_object_object_add(qmp, "version", version);
    json_object_object_add(qmp, "capabilities", json_object_new_array());
    json_object_object_add(greeting, "QMP", qmp);
    return greeting;
}

void qmp_qmp_capabilities(QMPCapabilityList *enable, Error **errp)
{
    if (enable) {
        error_setg(errp, "Capability '%s' is not offered", QMPCapability_str(enable->value));
    }
}

VersionInfo *qmp_query_version(Error **errp)
{
    VersionInfo *info = g_new0(VersionInfo, 1);
    int major = 0, minor = 0;

    sscanf(QUERN_INTERFACE_VERSION, "%d.%d", &major, &minor);
    info->qemu = g_new0(VersionTriple, 1);
    info->qemu->major = major;
    info->qemu->minor = minor;
    info->package = g_strdup("Quern " QUERN_VERSION);
    return info;
}

CommandInfoList *qmp_query_commands(Error **errp)
{
    CommandInfoList *list = NULL, **tail = &list;

    for (const QmpCommand *command = qmp_commands; command->name; command++) {
        CommandInfo *info = g_new0(CommandInfo, 1);
        info->name = g_strdup(command->name);
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

bool qmp_query_qmp_schema(QObject *args, QObject **ret, Error **errp)
{
    *ret = json_object_new_array();
    for (const char *const *text = qmp_schema_json; *text; text++) {
        QObject *info = NULL;
        qobject_from_json(*text, &info, &error_abort);
        json_object_array_add(*ret, info);
    }
    return true;
}

void qmp_quit(Error **errp)
{
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_QMP_QUIT);
}
