package sim

import (
	"bytes"
	"fmt"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

// console is what a machine writes, with the clock of its kernel.
type console struct {
	bytes.Buffer
	m    *engine.Machine
	boot time.Time // when the kernel began
}

// write is all that a machine with that past wrote.
func write(m *engine.Machine, past []mark, running bool) []byte {
	c := &console{m: m}
	for i, p := range past {
		if i == 0 {
			c.boot = p.at()
		}
		switch p.what() {
		case booted:
			c.start(p.at())
		case shutDown:
			c.unit("Stopped", "Cloud Assistant")
			c.kernel(p.at(), 0, "reboot: System halted")
		case poweredOff:
			c.kernel(p.at(), 0, "reboot: Power down")
		case ranCommand:
			c.kernel(p.at(), 0, "cloud-assistant: a command arrived")
		case gotFile:
			c.kernel(p.at(), 0, "cloud-assistant: a file arrived")
		}
	}
	if running && len(past) > 0 {
		fmt.Fprintf(c, "\nOpenECS simulated Linux\nKernel 5.10.0-openecs on an x86_64\n\n%s login: ", m.Boot.Hostname)
	}
	return c.Bytes()
}

// kernel writes a line of the kernel's log.
func (c *console) kernel(at time.Time, after time.Duration, format string, args ...any) {
	t := at.Sub(c.boot) + after
	fmt.Fprintf(c, "[%5d.%06d] ", t/time.Second, t%time.Second/time.Microsecond)
	fmt.Fprintf(c, format, args...)
	c.WriteByte('\n')
}

// unit writes a line as an init system does, in green.
func (c *console) unit(what, name string) {
	fmt.Fprintf(c, "[\x1b[0;32m  OK  \x1b[0m] %s %s.\n", what, name)
}

// start writes a boot.
func (c *console) start(at time.Time) {
	const ms = time.Millisecond
	m, b := c.m, &c.m.Boot
	c.boot = at
	c.kernel(at, 0, "Linux version 5.10.0-openecs (simulated: no kernel runs in this machine)")
	c.kernel(at, 0, "Booted at %s from image %s", at.Format(time.RFC3339), m.Image)
	c.kernel(at, 4*ms, "DMI: OpenECS simulated machine %s, %s, zone %s", m.Name, b.Size.Type, m.Zone)
	c.kernel(at, 19*ms, "smp: Brought up 1 node, %d CPUs", b.Size.VCPUs)
	c.kernel(at, 31*ms, "Memory: %dK available", b.Size.MemoryMiB<<10)
	for i := range m.Disks {
		d := &m.Disks[i]
		c.kernel(at, 210*ms+time.Duration(i)*ms, "%s: %s, %d GiB %s", d.Device, d.Name, d.SizeGiB, d.Category)
	}
	for i := range m.NICs {
		n := &m.NICs[i]
		c.kernel(at, 344*ms+time.Duration(i)*ms, "eth%d: %s, %s, %s", i, n.Name, n.MAC, n.Address)
	}
	c.unit("Reached target", "Network")
	c.kernel(at, 1204*ms, "cloud-init: host name %s, %d authorized keys, %d bytes of user data", b.Hostname, len(b.AuthorizedKeys), len(b.UserData))
	c.unit("Started", "Cloud Assistant")
}

// newest is the last lines of a text that fit.
func newest(text []byte, limit int) []byte {
	if len(text) <= limit {
		return text
	}
	text = text[len(text)-limit:]
	return text[bytes.IndexByte(text, '\n')+1:]
}
