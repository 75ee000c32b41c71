package instance

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// What may become of an instance whose host is maintained. Nothing acts on it
// yet: it is kept and shown.
const (
	maintenanceDefault = "AutoRecover"
	maxWindows         = 1
)

func maintenanceActions() []string { return []string{"Stop", maintenanceDefault, "AutoRedeploy"} }

// badMaintenance is how both maintenance actions refuse a parameter.
func badMaintenance(name string) error {
	return api.Errorf(api.CodeInvalidParameter, "The specified parameter %q is not valid.", name).WithStatus(403)
}

// parseWindow reads a maintenance window: whole hours, 1 to 23 of them.
func parseWindow(start, end string) (w ecs.MaintenanceWindow, ok bool) {
	from, ok1 := parseHour(start)
	to, ok2 := parseHour(end)
	if to <= from {
		to += 24
	}
	return ecs.MaintenanceWindow{From: from, To: to}, ok1 && ok2 && to-from <= 23
}

func parseHour(s string) (uint8, bool) {
	h, ok := strings.CutSuffix(s, ":00:00")
	n, err := strconv.ParseUint(h, 10, 8)
	return uint8(n), ok && err == nil && len(h) == 2 && n < 24
}

func showHour(h uint8) string {
	h %= 24
	return string([]byte{'0' + h/10, '0' + h%10}) + ":00:00"
}
