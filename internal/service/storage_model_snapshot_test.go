package service_test

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func (m *storage) snapshot() {
	m.most(len(m.snapshots))
	id := draw(m, "disk", m.disks, nil)
	d, code := m.disks[id], ""
	switch {
	case !d.used:
		code = api.CodeIncorrectDiskStatusNeverAttached
	case d.in != "" && !m.instances[d.in].started:
		code = api.CodeIncorrectDiskStatusNeverUsed
	}
	if !m.try(code, "CreateSnapshot", "DiskId", id) {
		return
	}
	m.try(api.CodeIncorrectDiskStatusCreatingSnapshot, "CreateSnapshot", "DiskId", id)
	made := ""
	for _, s := range m.shown("cn-hangzhou") {
		if m.snapshots[s.SnapshotID] == nil {
			made = s.SnapshotID
		}
	}
	if m.flip("give up") {
		m.Do("DeleteSnapshot", "SnapshotId", made)
		m.Settle()
		return
	}
	m.Settle()
	m.snapshots[made] = &storedSnapshot{disk: id, size: d.size, system: d.system}
}

// holders are whether images and disks are of a snapshot.
func (m *storage) holders(id string) (image, disk bool) {
	for _, i := range m.images {
		image = image || slices.Contains(i.snapshots, id)
	}
	for _, d := range m.disks {
		disk = disk || d.from == id
	}
	return image, disk
}

// deletable tries to delete a snapshot that something holds.
func (m *storage) deletable(id string, force bool) (ok bool) {
	code := ""
	switch image, disk := m.holders(id); {
	case image:
		code = api.CodeSnapshotCreatedImage
	case disk && !force:
		code = api.CodeSnapshotCreatedDisk
	}
	return m.try(code, "DeleteSnapshot", "SnapshotId", id, "Force", strconv.FormatBool(force))
}

func (m *storage) deleteSnapshot() {
	id := draw(m, "snapshot", m.snapshots, nil)
	if m.deletable(id, m.flip("force")) {
		m.Settle()
		delete(m.snapshots, id)
	}
}

func (m *storage) copySnapshot() {
	m.most(len(m.copies))
	id := draw(m, "snapshot", m.snapshots, nil)
	made := actiontest.Call[api.CopySnapshotResponse](m.Service, "CopySnapshot", "SnapshotId", id, "DestinationRegionId", away,
		"DestinationSnapshotName", "a-copy", "DestinationSnapshotDescription", "of another region").SnapshotID
	if image, _ := m.holders(id); !image {
		m.try(api.CodeOperation_Conflict, "DeleteSnapshot", "SnapshotId", id, "Force", "true")
	}
	m.Settle()
	m.copies[made] = true
}

func (m *storage) mappings(s *actiontest.Service, id string) (snapshots []string) {
	for _, i := range actiontest.Call[api.DescribeImagesResponse](s, "DescribeImages", "ImageId", id).Images.Image {
		for _, d := range i.DiskDeviceMappings.DiskDeviceMapping {
			snapshots = append(snapshots, d.SnapshotID)
		}
	}
	return snapshots
}

func (m *storage) imageOfInstance() {
	m.most(len(m.snapshots))
	if len(m.images) == 4 {
		m.r.Skip("enough images")
	}
	of := draw(m, "instance", m.instances, nil)
	id := actiontest.Call[api.CreateImageResponse](m.Service, "CreateImage", "InstanceId", of, "ImageName", m.name()).ImageID
	m.try(api.CodeImageIsCreating, "DeleteImage", "ImageId", id)
	m.Settle()
	i := &storedImage{snapshots: m.mappings(m.Service, id)}
	m.images[id] = i
	for _, s := range m.shown("cn-hangzhou") {
		if slices.Contains(i.snapshots, s.SnapshotID) {
			d := m.disks[s.SourceDiskID]
			if d == nil || d.in != of {
				m.r.Fatalf("%s of %s has a snapshot of %q", id, of, s.SourceDiskID)
			}
			m.snapshots[s.SnapshotID] = &storedSnapshot{disk: s.SourceDiskID, size: d.size, system: d.system}
		}
	}
	n := 0
	for _, d := range m.disks {
		if d.in == of {
			n++
		}
	}
	if n != len(i.snapshots) || n == 0 || !m.snapshots[i.snapshots[0]].system {
		m.r.Fatalf("%s of %d disks has %v", id, n, i.snapshots)
	}
}

func (m *storage) imageOfSnapshot() {
	if len(m.images) == 4 {
		m.r.Skip("enough images")
	}
	of := draw(m, "snapshot", m.snapshots, nil)
	params := []string{"SnapshotId", of, "ImageName", m.name()}
	if !m.snapshots[of].system {
		m.try(api.CodeOperationDenied, "CreateImage", params...)
		return
	}
	id := actiontest.Call[api.CreateImageResponse](m.Service, "CreateImage", params...).ImageID
	m.images[id] = &storedImage{snapshots: []string{of}}
	m.deletable(of, true)
	m.Settle()
}

func (m *storage) copyImage() {
	m.most(len(m.copies))
	id := draw(m, "image", m.images, nil)
	made := actiontest.Call[api.CopyImageResponse](m.Service, "CopyImage", "ImageId", id, "DestinationRegionId", away,
		"DestinationImageName", m.name(), "DestinationDescription", "of another region").ImageID
	m.try(api.CodeOperationDeniedImageCopying, "DeleteImage", "ImageId", id, "Force", "true")
	m.deletable(m.images[id].snapshots[0], true)
	m.Settle()
	m.copied[made] = m.mappings(m.As(m.In(away)), made)
	for _, s := range m.copied[made] {
		m.copies[s] = true
	}
	if len(m.copied[made]) != len(m.images[id].snapshots) {
		m.r.Fatalf("%s of %v has %v", made, m.images[id].snapshots, m.copied[made])
	}
}

func (m *storage) share() {
	id := draw(m, "image", m.images, nil)
	i := m.images[id]
	with := "AddAccount.1"
	if i.shared {
		with = "RemoveAccount.1"
	}
	m.Do("ModifyImageSharePermission", "ImageId", id, with, strconv.Itoa(actiontest.OtherAccount))
	i.shared = !i.shared
	code := api.CodeInvalidImageIdNotFound
	if i.shared {
		code = api.CodeDryRunOperation
	}
	other := *m
	other.Service = m.As(m.Other)
	if m.theirs.VPC == "" {
		m.theirs.VPC = other.VPC("CidrBlock", "10.0.0.0/8")
		m.theirs.VSwitch, m.theirs.Group = other.VSwitch(m.theirs.VPC, "10.0.0.0/24"), other.Group("VpcId", m.theirs.VPC)
	}
	other.try(code, "RunInstances", "ImageId", id, "InstanceType", actiontest.InstanceType, "VSwitchId", m.theirs.VSwitch, "SecurityGroupId", m.theirs.Group,
		"SystemDisk.Category", "cloud_essd", "DryRun", "true")
}

func (m *storage) deleteImage() {
	id, force := draw(m, "image", m.images, nil), m.flip("force")
	code := ""
	switch {
	case m.images[id].shared:
		code = api.CodeImageUseShared
	case !force && m.resident(id):
		code = api.CodeImageUsingByInstance
	}
	if m.try(code, "DeleteImage", "ImageId", id, "Force", strconv.FormatBool(force)) {
		first := m.images[id].snapshots[0]
		delete(m.images, id) // its snapshots stay, but it holds them no more
		if m.flip("snapshot too") && m.deletable(first, true) {
			delete(m.snapshots, first)
		}
		m.Settle()
	}
}

func (m *storage) resident(image string) bool {
	for _, i := range m.instances {
		if i.image == image {
			return true
		}
	}
	return false
}
