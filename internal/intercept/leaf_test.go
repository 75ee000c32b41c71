package intercept

import (
	"crypto/x509"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLeaf(t *testing.T) {
	ca := testCA(t)
	cert, err := ca.Leaf("ECS.cn-hangzhou.Aliyuncs.com.")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: "ecs.cn-hangzhou.aliyuncs.com", Roots: ca.Pool()}); err != nil {
		t.Fatal(err)
	}
	if life := time.Until(cert.Leaf.NotAfter); life > leafLife || life < leafLife-time.Minute {
		t.Fatalf("valid for %v", life)
	}
	if again, _ := ca.Leaf("ecs.cn-hangzhou.aliyuncs.com"); again != cert {
		t.Fatal("minted twice")
	}
}

func TestLeafRefusesOtherNames(t *testing.T) {
	ca := testCA(t)
	for _, name := range []string{"", "example.com", "aliyuncs.com.evil.net", "evilaliyuncs.com", "10.0.0.1", "com", "*.aliyuncs.com",
		"a b.aliyuncs.com", "..aliyuncs.com", "-a.aliyuncs.com", "a\x00.aliyuncs.com", strings.Repeat("a", 64) + ".aliyuncs.com",
		strings.Repeat("a.", 130) + "aliyuncs.com", "100.100.100.200"} {
		if _, err := ca.Leaf(name); err == nil {
			t.Errorf("a certificate was made for %q", name)
		}
	}
	if n := ca.leaves.order.Len(); n != 0 {
		t.Fatalf("%d refused names are kept", n)
	}
}

func TestLeafCacheIsBounded(t *testing.T) {
	ca := testCA(t)
	used, err := ca.Leaf("used.aliyuncs.com")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range leafCount / 2 {
				if _, err := ca.Leaf(fmt.Sprintf("h%d-%d.aliyuncs.com", w, i)); err != nil {
					t.Error(err)
				}
				if again, _ := ca.Leaf("used.aliyuncs.com"); again != used {
					t.Error("a certificate in use was dropped")
				}
			}
		})
	}
	wg.Wait()
	if n, m := ca.leaves.order.Len(), len(ca.leaves.byKey); n != leafCount || m != leafCount {
		t.Fatalf("%d and %d kept, want %d", n, m, leafCount)
	}
}

func TestLeafIsRenewedAtHalfItsLife(t *testing.T) {
	ca := testCA(t)
	cert, _ := ca.Leaf("localhost")
	ca.leaves.order.Front().Value.(*leaf).until = time.Now().Add(-time.Second)
	if renewed, _ := ca.Leaf("localhost"); renewed == cert {
		t.Fatal("an old certificate was given out")
	}
	if n, m := ca.leaves.order.Len(), len(ca.leaves.byKey); n != 1 || m != 1 {
		t.Fatalf("%d and %d kept, want 1", n, m)
	}
}
