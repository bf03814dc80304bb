/* SPDX-License-Identifier: MIT */
/* Forward names of the structures that many headers pass by pointer. */
#ifndef QEMU_TYPEDEFS_H
#define QEMU_TYPEDEFS_H

typedef struct AddressSpace AddressSpace;
typedef struct AioContext AioContext;
typedef struct BusClass BusClass;
typedef struct BusState BusState;
typedef struct CPUState CPUState;
typedef struct CharFrontend CharFrontend;
typedef struct CharFrontend CharBackend;
typedef struct Chardev Chardev;
typedef struct Clock Clock;
typedef struct DeviceClass DeviceClass;
typedef struct DeviceState DeviceState;
typedef struct Error Error;
typedef struct FlatView FlatView;
typedef struct HotplugHandler HotplugHandler;
typedef struct IRQState IRQState;
typedef struct IRQState *qemu_irq;
typedef struct InterfaceClass InterfaceClass;
typedef struct InterfaceInfo InterfaceInfo;
typedef struct JSONWriter JSONWriter;
typedef struct MachineClass MachineClass;
typedef struct MachineState MachineState;
typedef struct MemoryListener MemoryListener;
typedef struct MemoryRegion MemoryRegion;
typedef struct MemoryRegionSection MemoryRegionSection;
typedef struct Monitor Monitor;
typedef struct Object Object;
typedef struct ObjectClass ObjectClass;
typedef struct ObjectProperty ObjectProperty;
typedef struct Property Property;
typedef struct PropertyInfo PropertyInfo;
typedef struct QEMUBH QEMUBH;
typedef struct QEMUFile QEMUFile;
typedef struct QEMUTimer QEMUTimer;
typedef struct QEMUTimerList QEMUTimerList;
typedef struct RAMBlock RAMBlock;
typedef struct SysBusDevice SysBusDevice;
typedef struct TypeImpl *Type;
typedef struct TypeInfo TypeInfo;
typedef struct VMStateDescription VMStateDescription;
typedef struct VMStateField VMStateField;
typedef struct VMStateInfo VMStateInfo;
typedef struct Visitor Visitor;

typedef void (*qemu_irq_handler)(void *opaque, int n, int level);

#endif
