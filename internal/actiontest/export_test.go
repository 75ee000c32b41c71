package actiontest

import "net/http"

// Spoil puts something between the service and the check of its answers.
func (s *Service) Spoil(f func(http.Handler) http.Handler) { s.front = watched(s.tb, f(s.svc)) }
