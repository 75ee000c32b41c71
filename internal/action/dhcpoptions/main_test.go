package dhcpoptions_test

import (
	"testing"

	"github.com/openecs/openecs/internal/shapetest"
)

func TestMain(m *testing.M) { shapetest.Main(m) }
