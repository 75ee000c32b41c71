package plan

import "slices"

// Equal reports whether plans ask for the same, whatever their revisions.
func (h *Host) Equal(o *Host) bool {
	return slices.EqualFunc(h.VPCs, o.VPCs, func(a, b VPC) bool { return a.Equal(&b) })
}

// Equal reports whether a VPC is to be the same.
func (v *VPC) Equal(o *VPC) bool {
	return v.Key == o.Key && slices.Equal(v.Networks, o.Networks) && slices.Equal(v.Gateways, o.Gateways) &&
		slices.EqualFunc(v.NICs, o.NICs, NIC.Equal) && slices.Equal(v.Publics, o.Publics) && v.VNI == o.VNI && slices.Equal(v.Remotes, o.Remotes) && v.Table.Equal(&o.Table)
}

// Equal reports whether interfaces are the same.
func (n NIC) Equal(o NIC) bool {
	return n.Key == o.Key && n.Instance == o.Instance && n.MAC == o.MAC && slices.Equal(n.Addrs, o.Addrs)
}

// Equal reports whether tables hold the same.
func (t *Table) Equal(o *Table) bool {
	return slices.EqualFunc(t.Sets, o.Sets, func(a, b Set) bool {
		return a.Name == b.Name && a.Type == b.Type && slices.Equal(a.Elements, b.Elements)
	}) &&
		slices.EqualFunc(t.Chains, o.Chains, func(a, b Chain) bool { return a.Equal(&b) })
}
