package seed

import "testing"

// FuzzParse: whatever a file holds, it is refused with a sentence or read.
func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\nregion: cn-hangzhou\nvpcs:\n  - {VpcName: main, CidrBlock: 192.168.0.0/16, Tag: {a: b}}\n"))
	f.Add([]byte("version: 1\ninstances:\n  - {InstanceType: ecs.g7.large, SystemDisk: {Category: x}, DataDisk: [{Size: 3}], disks: [d-1], status: Running}\n"))
	f.Add([]byte("version: 1\nsecurity-groups:\n  - {rules: [{direction: egress, IpProtocol: tcp}]}\ndisks: [{attach: {InstanceId: x}}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parse(data, 1)
		if err != nil {
			if err.Error() == "" {
				t.Error("refused without a word")
			}
			return
		}
		var l loader
		for _, e := range entries {
			l.ops(e)
		}
	})
}
