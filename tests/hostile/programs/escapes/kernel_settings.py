# The kernel's own part of /proc: settings, keys, memory, symbols, the magic key.
# expect: ending=exited exit=0 stdout=contained
# outside: escapes
import os
import sys

NAMES = (
    "sys", "sys/kernel/core_pattern", "sys/kernel/hostname", "sys/vm/drop_caches", "sysrq-trigger",
    "kcore", "kmsg", "keys", "key-users", "kallsyms", "kpageflags", "timer_list", "sched_debug",
    "interrupts", "iomem", "modules", "mounts", "cmdline", "config.gz", "version", "cpuinfo",
    "meminfo", "stat", "uptime", "loadavg", "vmstat", "diskstats", "partitions", "swaps", "bus",
    "acpi", "scsi", "fs", "irq", "driver", "sysvipc", "tty", "net", "locks", "cgroups",
)  # fmt: skip
# Links into one's own process, which a /proc of processes alone has as well.
OWN = {"mounts", "net"}
escapes = [name for name in NAMES if name not in OWN and os.path.exists(f"/proc/{name}")]
print(f"escaped: {escapes}" if escapes else "contained")
sys.exit(bool(escapes))
