package actiontest

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// What instances are made of unless a test says otherwise: they are for sale in cn-hangzhou-h.
const (
	Zone         = "cn-hangzhou-h"
	InstanceType = "ecs.g7.large"
	Image        = "aliyun_3_x64_20G_alibase_20240819.vhd"
)

// Network is a VPC in cn-hangzhou with one vSwitch in Zone, and one security group of it.
type Network struct{ VPC, VSwitch, Group string }

// Network is the network in which Instance makes instances. It is made when it is first asked for, by Client's account.
func (s *Service) Network() Network {
	s.T.Helper()
	if s.network.VPC == "" {
		n := Network{VPC: s.VPC("CidrBlock", "192.168.0.0/16")}
		n.VSwitch = s.VSwitch(n.VPC, "192.168.0.0/24")
		n.Group = s.Group("VpcId", n.VPC)
		s.network = n
	}
	return s.network
}

// VPC makes a VPC: by default 172.16.0.0/12.
func (s *Service) VPC(params ...string) string {
	s.T.Helper()
	return Call[api.CreateVpcResponse](s, "CreateVpc", params...).VPCID
}

// VSwitch makes a vSwitch in Zone.
func (s *Service) VSwitch(vpc, cidr string, params ...string) string {
	s.T.Helper()
	return Call[api.CreateVSwitchResponse](s, "CreateVSwitch", append([]string{"VpcId", vpc, "ZoneId", Zone, "CidrBlock", cidr}, params...)...).VSwitchID
}

// Group makes a security group, in the classic network unless params have a VpcId.
func (s *Service) Group(params ...string) string {
	s.T.Helper()
	return Call[api.CreateSecurityGroupResponse](s, "CreateSecurityGroup", params...).SecurityGroupID
}

// Instance makes an instance in Network, Pending: the simulator has begun with it. params go to CreateInstance and
// replace what it would say.
func (s *Service) Instance(params ...string) string {
	s.T.Helper()
	n := s.Network()
	id := Call[api.CreateInstanceResponse](s, "CreateInstance", append([]string{"InstanceType", InstanceType, "ImageId", Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}, params...)...).InstanceID
	s.Quiet()
	return id
}

// Stopped makes an instance that is Stopped, as Instance does.
func (s *Service) Stopped(params ...string) string {
	s.T.Helper()
	return s.InState("Stopped", params...)
}

// Running makes an instance that is Running, as Instance does.
func (s *Service) Running(params ...string) string {
	s.T.Helper()
	return s.InState("Running", params...)
}

// InState makes an instance that is in a state, as Instance does, by what leads there. "Deleting" is one that is being
// released and still shows, as Stopping.
func (s *Service) InState(status string, params ...string) string {
	s.T.Helper()
	id := s.Instance(params...)
	for _, to := range []struct{ status, action string }{
		{"Stopped", ""}, {"Starting", "StartInstance"}, {"Running", ""}, {"Stopping", "StopInstance"},
	} {
		switch now := s.Status(id); {
		case now == status:
			return id
		case status == "Deleting" && now == "Running":
			s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
			s.Quiet()
			return id
		}
		if to.action != "" {
			s.Do(to.action, "InstanceId", id)
			s.Quiet()
		} else {
			s.Step(id)
		}
		s.Want(id, to.status)
	}
	if got := s.Status(id); got != status {
		s.T.Fatalf("an instance cannot be made %s", status)
	}
	return id
}

// Classic makes an instance in the classic network of cn-beijing, Stopped.
func (s *Service) Classic(params ...string) string {
	s.T.Helper()
	if s.classic == "" {
		s.classic = s.Group("RegionId", "cn-beijing")
	}
	id := Call[api.CreateInstanceResponse](s, "CreateInstance", append([]string{"RegionId", "cn-beijing", "InstanceType", "ecs.n1.small",
		"ImageId", "ubuntu1404_64_40G_cloudinit_20160727.raw", "SecurityGroupId", s.classic, "IoOptimized", "optimized",
		"SystemDisk.Category", "cloud_ssd"}, params...)...).InstanceID
	s.Quiet()
	s.Step(id)
	return id
}

// DataDisk makes a data disk in Zone that is Available. params go to CreateDisk and replace what it would say.
func (s *Service) DataDisk(params ...string) string {
	s.T.Helper()
	id := Call[api.CreateDiskResponse](s, "CreateDisk", append([]string{"ZoneId", Zone, "DiskCategory", "cloud_essd", "Size", "20"}, params...)...).DiskID
	s.Quiet()
	s.Step(id)
	return id
}

// Snapshot makes a row of a snapshot of a disk, taken and accomplished, as no action of the disks can. change, if there
// is one, says what is different.
func (s *Service) Snapshot(disk ecs.Key, change ...func(*ecs.Snapshot)) string {
	s.T.Helper()
	var k ecs.Key
	s.Update(func(tx *state.Tx) {
		d, ok := state.Disks.Get(tx, disk)
		if !ok {
			s.T.Errorf("a snapshot of no disk")
			return
		}
		k = tx.NewKey(disk.Region())
		r := &ecs.Snapshot{Account: d.Account, Disk: disk, Zone: d.Zone, Size: d.Size, System: d.System, DiskCategory: d.Category, Image: d.Image,
			Created: tx.Now().Unix(), Encrypted: d.Encrypted, KMSKey: d.KMSKey, Work: ecs.Work{Op: ecs.WorkCreate, Gen: 1, Done: 1}}
		for _, f := range change {
			f(r)
		}
		state.Snapshots.Put(tx, k, r)
	})
	return ecs.ID(ecs.KindSnapshot, k)
}

// Tags are n different Tag.N parameters.
func Tags(n int) []string {
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, "Tag."+strconv.Itoa(i)+".Key", "k"+strconv.Itoa(i), "Tag."+strconv.Itoa(i)+".Value", "v")
	}
	return out
}
