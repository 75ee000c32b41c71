package ecs

import "slices"

// Event is a system event of an instance: something that happened to it, or is
// announced to. It outlives the instance. Records are immutable: copy before a
// change.
type Event struct {
	_ struct{} `cbor:",toarray"`

	Account   uint64
	Instance  Key
	Type      EventType
	Status    EventStatus
	Published int64
	NotBefore int64 // when an active event ends by itself
	Finished  int64 // 0: it is active
	Simulated bool  // announced by CreateSimulatedSystemEvents: nothing happens
	Reason    Sym
}

// EventType is what happens to the instance.
type EventType uint8

// The types that there are here. The real service has more, for what OpenECS does
// not have: local disks, punishments.
const (
	MaintenanceReboot EventType = iota
	MaintenanceStop
	MaintenanceRedeploy
	FailureReboot
	FailureStop
	FailureRedeploy
	FailureDelete // the instance could not be made
	GuestFailureReboot
	ExpirationStop   // a subscription ends: the instance is going to be stopped
	ExpirationDelete // and released
	SpotInterruption // a spot instance is reclaimed
)

var eventTypes = [...]string{"SystemMaintenance.Reboot", "SystemMaintenance.Stop", "SystemMaintenance.Redeploy", "SystemFailure.Reboot",
	"SystemFailure.Stop", "SystemFailure.Redeploy", "SystemFailure.Delete", "InstanceFailure.Reboot",
	"InstanceExpiration.Stop", "InstanceExpiration.Delete", "Instance:PreemptibleInstanceInterruption"}

func (t EventType) String() string { return eventTypes[t] }

// Code is the number shown beside the name. The documentation tells that of
// SystemMaintenance.Reboot; others show 0, for not known.
func (t EventType) Code() int {
	if t == MaintenanceReboot {
		return 1
	}
	return 0
}

// Maintenance reports whether the event is announced, and can be avoided, rather
// than happening at once.
func (t EventType) Maintenance() bool { return t <= MaintenanceRedeploy }

// ParseEventType finds an event type by its API name.
func ParseEventType(s string) (EventType, bool) { return parseEnum[EventType](eventTypes[:], s) }

// EventStatus is where an event is in its life cycle.
type EventStatus uint8

// The statuses. From EventExecuted on nothing follows.
const (
	EventScheduled EventStatus = iota
	EventExecuting
	EventInquiring
	EventExecuted
	EventAvoided
	EventCanceled
	EventFailed
)

var eventStatuses = [...]string{"Scheduled", "Executing", "Inquiring", "Executed", "Avoided", "Canceled", "Failed"}

func (s EventStatus) String() string { return eventStatuses[s] }

// Code is the number shown beside the name. Those of Executed, Avoided and
// Scheduled are documented; the others are inferred from their distance.
func (s EventStatus) Code() int {
	return 8 * slices.Index([]EventStatus{EventExecuted, EventAvoided, EventExecuting, EventScheduled, EventCanceled, EventFailed, EventInquiring}, s)
}

// Active reports whether the event is still to end.
func (s EventStatus) Active() bool { return s < EventExecuted }

// ParseEventStatus finds a status by its API name.
func ParseEventStatus(s string) (EventStatus, bool) {
	return parseEnum[EventStatus](eventStatuses[:], s)
}
