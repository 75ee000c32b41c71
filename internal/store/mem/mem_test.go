package mem_test

import (
	"testing"

	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
	"github.com/openecs/openecs/internal/store/storetest"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return mem.New(mem.Options{}) })
}
