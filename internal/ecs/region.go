package ecs

// regionPrefixes are the three characters that identifiers of a region begin
// with, by the region's code in the catalogue. Codes stand in stored keys, so a
// row here is never renumbered. The characters are those seen in the real
// service's identifiers.
var regionPrefixes = [...]string{
	1:  "bp1", // cn-hangzhou
	2:  "2ze", // cn-beijing
	3:  "uf6", // cn-shanghai
	4:  "wz9", // cn-shenzhen
	5:  "m5e", // cn-qingdao
	6:  "j6c", // cn-hongkong
	7:  "8vb", // cn-zhangjiakou
	8:  "hp3", // cn-huhehaote
	9:  "0jl", // cn-wulanchabu
	10: "f8z", // cn-heyuan
	11: "7xv", // cn-guangzhou
	12: "2vc", // cn-chengdu
	13: "gc7", // cn-nanjing
	14: "gw0", // cn-fuzhou
	15: "n4a", // cn-wuhan-lr
	20: "t4n", // ap-southeast-1
	21: "p0w", // ap-southeast-2
	22: "8ps", // ap-southeast-3
	23: "k1a", // ap-southeast-5
	24: "5ts", // ap-southeast-6
	25: "0jo", // ap-southeast-7
	26: "6we", // ap-northeast-1
	27: "mj7", // ap-northeast-2
	28: "a2d", // ap-south-1
	30: "0xi", // us-east-1
	31: "rj9", // us-west-1
	32: "gw8", // eu-central-1
	33: "d7o", // eu-west-1
	34: "eb3", // me-east-1
	35: "l4v", // me-central-1
}

// RegionPrefix is the three characters that stand for a region in identifiers.
// A region that an operator added has "y" and its code in base 36.
func RegionPrefix(code uint8) string {
	if int(code) < len(regionPrefixes) && regionPrefixes[code] != "" {
		return regionPrefixes[code]
	}
	return string([]byte{'y', digits[code/36], digits[code%36]})
}

func regionByPrefix(p string) (uint8, bool) {
	for code, have := range regionPrefixes {
		if have == p && have != "" {
			return uint8(code), true
		}
	}
	if p[0] != 'y' {
		return 0, false
	}
	for code := range 256 {
		if RegionPrefix(uint8(code)) == p {
			return uint8(code), true
		}
	}
	return 0, false
}
