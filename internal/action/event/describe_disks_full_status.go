package event

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDisksFullStatus", (*Service).DescribeDisksFullStatus)

// DescribeDisksFullStatus lists disks with their state and health, newest first.
// No disk has events here, so conditions on events find nothing.
func (s *Service) DescribeDisksFullStatus(c *action.Call, in *api.DescribeDisksFullStatusRequest) (*api.DescribeDisksFullStatusResponse, error) {
	page, err := s.page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize})
	if err != nil {
		return nil, err
	}
	at, err := newSpan("EventTime", in.EventTime.Start, in.EventTime.End)
	if err != nil {
		return nil, err
	}
	status, statusOK := ecs.ParseDiskStatus(in.Status)
	switch {
	case len(in.DiskID) > maxIDs:
		return nil, api.Errorf(api.CodeDiskIdLimitExceeded, "There are more than %d DiskId.N.", maxIDs)
	case len(in.EventID) > maxIDs:
		return nil, tooManyEvents()
	case in.Status != "" && !statusOK:
		return nil, invalid("Status")
	case in.HealthStatus != "" && !slices.Contains(diskHealths, in.HealthStatus):
		return nil, invalid("HealthStatus")
	}
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.Disks, func(d *ecs.Disk) uint64 { return d.Account }, state.DisksByAccount)
	f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return !d.Work.Doing(ecs.WorkDelete) && !d.Flags.Has(ecs.Replaced) })
	if len(in.DiskID) > 0 {
		f.IDList(c, ecs.KindDisk, in.DiskID)
	}
	if in.Status != "" {
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return diskStatus(snap, d) == status })
	}
	if len(in.EventID) > 0 || in.EventType != "" || !at.any() || in.HealthStatus != "" && in.HealthStatus != diskHealths[0] {
		f.None()
	}
	if group := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID); group.Given() {
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return group.Match(d.ResourceGroup) })
	}
	if err := f.Tags(c, in.Tag, state.DisksByTag, func(d *ecs.Disk) []ecs.Tag { return d.Tags }); err != nil {
		return nil, invalid("Tag")
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeDisksFullStatusResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		o := api.DescribeDisksFullStatusDiskFullStatusType{
			DiskID: ecs.ID(ecs.KindDisk, r.Key), InstanceID: ecs.ID(ecs.KindInstance, r.Record.Instance), Device: snap.Str(r.Record.Device),
		}
		st := diskStatus(snap, r.Record)
		o.Status.Name, o.Status.Code = st.String(), int(st)
		o.HealthStatus.Name = diskHealths[0]
		out.DiskFullStatusSet.DiskFullStatusType = append(out.DiskFullStatusSet.DiskFullStatusType, o)
	}
	return out, nil
}

// diskHealths are the states of health of disks. Every disk here is Ok, which
// shows code 0; the documentation tells no codes.
var diskHealths = []string{"Ok", "Impaired", "Warning", "Initializing", "InsufficientData", "NotApplicable"}

// diskStatus is the state of a disk, that of one that is made with its instance
// included.
func diskStatus(v state.View, d *ecs.Disk) ecs.DiskStatus {
	i, _ := state.Instances.Get(v, d.Instance)
	return d.StatusIn(i)
}
