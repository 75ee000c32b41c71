package service_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// modelled is what the state machine of the real service says an instance is:
// package service is held against it, operation by operation.
type modelled struct {
	status    string // as DescribeInstances must show it
	deleting  bool
	protected bool
	bandwidth bool
	address   string
}

// onItsWayOut stands for either refusal of an instance that is being released:
// it is not there any more as soon as its machine is gone.
const onItsWayOut = "on its way out"

// settle is where a transitional state leads.
func (m *modelled) settle() {
	switch {
	case m.deleting:
		m.status = "gone"
	case m.status == "Pending" || m.status == "Stopping":
		m.status = "Stopped"
	case m.status == "Starting":
		m.status = "Running"
	}
}

// TestModel does random things to several instances, restarting now and then,
// and compares every answer and every state with the model.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := actiontest.Start(t)
		net := s.Network()
		models := map[string]*modelled{}
		var ids []string
		ctx := context.Background()
		pick := func(rt *rapid.T) (string, *modelled) {
			if len(ids) == 0 {
				rt.Skip("no instance yet")
			}
			id := rapid.SampledFrom(ids).Draw(rt, "instance")
			return id, models[id]
		}
		expect := func(rt *rapid.T, what string, err error, code string) {
			if code == onItsWayOut {
				if !errors.Is(err, &api.Error{Code: api.CodeIncorrectInstanceStatus}) && !errors.Is(err, &api.Error{Code: api.CodeInvalidInstanceIdNotFound}) {
					rt.Fatalf("%s of an instance that is being released: %v", what, err)
				}
				return
			}
			if code == "" && err != nil {
				rt.Fatalf("%s: %v", what, err)
			}
			if code != "" && !errors.Is(err, &api.Error{Code: code}) {
				rt.Fatalf("%s: %v, want %s", what, err, code)
			}
		}
		// allowed is the refusal of an operation that needs one of the states.
		allowed := func(m *modelled, states ...string) string {
			if m.status == "gone" {
				return api.CodeInvalidInstanceIdNotFound
			}
			if m.deleting {
				return onItsWayOut
			}
			for _, state := range states {
				if m.status == state {
					return ""
				}
			}
			return api.CodeIncorrectInstanceStatus
		}
		rt.Repeat(map[string]func(*rapid.T){
			"create": func(rt *rapid.T) {
				m := &modelled{status: "Pending", bandwidth: rapid.Bool().Draw(rt, "bandwidth"), protected: rapid.Bool().Draw(rt, "protected")}
				in := &api.CreateInstanceRequest{
					RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", SecurityGroupID: net.Group,
					VSwitchID: net.VSwitch, SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"}, DeletionProtection: &m.protected,
				}
				if m.bandwidth {
					in.InternetMaxBandwidthOut = new(5)
				}
				out, err := s.Client.CreateInstance(ctx, in)
				expect(rt, "create", err, "")
				ids = append(ids, out.InstanceID)
				models[out.InstanceID] = m
			},
			"run": func(rt *rapid.T) {
				out, err := s.Client.RunInstances(ctx, &api.RunInstancesRequest{
					RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", SecurityGroupID: net.Group,
					VSwitchID: net.VSwitch, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"}, Amount: new(2),
				})
				expect(rt, "run", err, "")
				s.Settle()
				for _, m := range models {
					m.settle()
				}
				for _, id := range out.InstanceIDSets.InstanceIDSet {
					ids = append(ids, id)
					models[id] = &modelled{status: "Running"}
				}
			},
			"start": func(rt *rapid.T) {
				id, m := pick(rt)
				code := allowed(m, "Stopped")
				_, err := s.Client.StartInstance(ctx, &api.StartInstanceRequest{InstanceID: id})
				expect(rt, "start", err, code)
				if code == "" {
					m.status = "Starting"
				}
			},
			"stop": func(rt *rapid.T) {
				id, m := pick(rt)
				code := allowed(m, "Running")
				_, err := s.Client.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id, ForceStop: new(rapid.Bool().Draw(rt, "force"))})
				expect(rt, "stop", err, code)
				if code == "" {
					m.status = "Stopping"
				}
			},
			"reboot": func(rt *rapid.T) {
				id, m := pick(rt)
				code := allowed(m, "Running")
				_, err := s.Client.RebootInstance(ctx, &api.RebootInstanceRequest{InstanceID: id})
				expect(rt, "reboot", err, code)
				if code == "" {
					m.status = "Starting"
				}
			},
			"delete": func(rt *rapid.T) {
				id, m := pick(rt)
				force := rapid.Bool().Draw(rt, "force")
				code := allowed(m, "Stopped")
				if force {
					code = allowed(m, "Stopped", "Running")
				}
				if m.status == "Pending" && !m.deleting {
					code = api.CodeIncorrectInstanceStatusInitializing
				}
				if code == "" && m.protected {
					code = api.CodeInvalidOperationDeletionProtection
				}
				_, err := s.Client.DeleteInstance(ctx, &api.DeleteInstanceRequest{InstanceID: id, Force: &force})
				expect(rt, "delete", err, code)
				if code == "" {
					m.deleting = true
					if m.status == "Running" {
						m.status = "Stopping"
					}
				}
			},
			"unprotect": func(rt *rapid.T) {
				id, m := pick(rt)
				if m.status == "gone" || m.deleting {
					rt.Skip("too late")
				}
				_, err := s.Client.ModifyInstanceAttribute(ctx, &api.ModifyInstanceAttributeRequest{InstanceID: id, DeletionProtection: new(false)})
				expect(rt, "unprotect", err, "")
				m.protected = false
			},
			"allocate": func(rt *rapid.T) {
				id, m := pick(rt)
				code := allowed(m, "Running", "Stopped")
				if code == "" && !m.bandwidth {
					code = api.CodeAllocateIpInvalidInstanceBandwidth
				}
				out, err := s.Client.AllocatePublicIpAddress(ctx, &api.AllocatePublicIpAddressRequest{InstanceID: id})
				expect(rt, "allocate", err, code)
				if code == "" {
					if m.address != "" && out.IPAddress != m.address {
						rt.Fatalf("a second address: %s after %s", out.IPAddress, m.address)
					}
					m.address = out.IPAddress
				}
			},
			"wait": func(*rapid.T) {
				s.Settle()
				for _, m := range models {
					m.settle()
				}
			},
			"restart": func(rt *rapid.T) {
				if rapid.Bool().Draw(rt, "lost") {
					s.RestartWithoutMachines()
				} else {
					s.Restart()
				}
			},
			"": func(rt *rapid.T) {
				taken := map[string]string{}
				for _, id := range ids {
					m := models[id]
					i, err := s.Client.FindInstance(ctx, "cn-hangzhou", id)
					if err != nil {
						rt.Fatal(err)
					}
					if m.deleting { // the machine may be gone at any moment
						continue
					}
					if m.status == "gone" {
						if i != nil {
							rt.Fatalf("%s is %s, want gone", id, i.Status)
						}
						continue
					}
					if i == nil || i.Status != m.status {
						rt.Fatalf("%s is %+v, want %s", id, i, m.status)
					}
					if len(i.PublicIPAddress.IPAddress) > 0 != (m.address != "") {
						rt.Fatalf("%s has %v, want %q", id, i.PublicIPAddress.IPAddress, m.address)
					}
					for _, ip := range append(i.PublicIPAddress.IPAddress, i.VPCAttributes.PrivateIPAddress.IPAddress...) {
						if other := taken[ip]; other != "" {
							rt.Fatalf("%s and %s have %s", id, other, ip)
						}
						taken[ip] = id
					}
				}
			},
		})
	})
}
