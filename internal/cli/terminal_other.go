//go:build !windows

package cli

import "os"

// understandsEscapes reports that terminals do.
func understandsEscapes(*os.File) bool { return true }
