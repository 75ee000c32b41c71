package api

import "sort"

//go:generate go run ../internal/errgen

// StatusOf is the HTTP status with which an action answers a code: the documented
// status of that action, else the gateway's, else the one most actions give the code,
// else 400. The real service gives one code different statuses on different actions
// (IncorrectInstanceStatus is 403, but 400 on AttachDisk and 405 on
// GetInstanceScreenshot), and clients look at the status, so it is looked up here,
// once, and nowhere else. product is "Ecs", "Vpc" and so on, as in docs/errors.tsv,
// which is the source of the table; an ECS name for a VPC action (CreateVpc) counts as
// the VPC action.
func StatusOf(product, action, code string) int {
	i, known := findCode(code)
	if !known {
		return 400
	}
	if status, ok := statusIn(product, action, i); ok {
		return status
	}
	return int(statusDefault[i])
}

// HasCode says whether docs/errors.tsv has the code for the action, or for every
// action. Tests use it: what an action answers must be documented there.
func HasCode(product, action, code string) bool {
	i, known := findCode(code)
	if !known {
		return false
	}
	if _, ok := statusIn(product, action, i); ok {
		return true
	}
	_, ok := statusInList("*.*", i)
	return ok
}

// KnownCode says whether docs/errors.tsv has the code for any action.
func KnownCode(code string) bool {
	_, known := findCode(code)
	return known
}

// findCode is the place of a code in statusCodes.
func findCode(code string) (int, bool) {
	i := sort.SearchStrings(statusCodes[:], code)
	return i, i < len(statusCodes) && statusCodes[i] == code
}

// statusIn looks a code up among the rows of one action, and of its VPC namesake when
// ECS has no rows for it, then among the rows for every action of the product.
func statusIn(product, action string, code int) (int, bool) {
	if status, ok := statusInList(product+"."+action, code); ok {
		return status, true
	}
	if product == "Ecs" {
		if status, ok := statusInList("Vpc."+action, code); ok {
			return status, true
		}
	}
	return statusInList(product+".*", code)
}

// statusInList looks a code up in one list of statusRows, each row code<<16 | status.
func statusInList(name string, code int) (int, bool) {
	i := sort.SearchStrings(statusActions[:], name)
	if i == len(statusActions) || statusActions[i] != name {
		return 0, false
	}
	rows := statusRows[statusStart[i]:statusStart[i+1]]
	at := sort.Search(len(rows), func(k int) bool { return rows[k]>>16 >= uint32(code) })
	if at < len(rows) && rows[at]>>16 == uint32(code) {
		return int(rows[at] & 0xffff), true
	}
	return 0, false
}
