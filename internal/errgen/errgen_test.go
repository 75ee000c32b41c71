package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/errtable"
)

// The files in package api must be those the table gives.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	root, err := errtable.Root()
	if err != nil {
		t.Fatal(err)
	}
	table, err := errtable.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, gen := range outputs {
		want, err := gen(table)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := os.ReadFile(filepath.Join(root, "api", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("api/%s is not what docs/errors.tsv gives: run go generate ./api", name)
		}
	}
}

func TestConstantNames(t *testing.T) {
	codes := []string{"A.B.C", "A.BC", "AB.C", "ABC", "DRYRUN.SUCCESS", "HOSTNAME_ILLEGAL", "Illegal Parameter", "lower.Case"}
	uses := make(map[string]*usage)
	for _, code := range codes {
		uses[code] = &usage{actions: []string{"X"}}
	}
	want := []string{"CodeA_B_C", "CodeA_BC", "CodeAB_C", "CodeABC", "CodeDRYRUNSUCCESS", "CodeHOSTNAME_ILLEGAL", "CodeIllegalParameter", "CodeLowerCase"}
	if got := constantNames(codes, uses); !slices.Equal(got, want) {
		t.Errorf("constantNames = %q, want %q", got, want)
	}
	codes = []string{"A.B.C", "A.BC", "AB.C"}
	uses["AB.C"].actions = []string{"X", "Y"}
	if got, want := constantNames(codes, uses), []string{"CodeA_B_C", "CodeA_BC", "CodeABC"}; !slices.Equal(got, want) {
		t.Errorf("constantNames = %q, want %q", got, want)
	}
}

// Who has the plain name where codes would share one is settled by how many actions answer
// them, so a new row could swap two constants behind their users' backs: not unnoticed.
func TestSharedNames(t *testing.T) {
	table, err := errtable.Load()
	if err != nil {
		t.Fatal(err)
	}
	codes, uses := usages(table)
	names := constantNames(codes, uses)
	plain := make(map[string][]string)
	for _, code := range codes {
		plain[identifier(code, "")] = append(plain[identifier(code, "")], code)
	}
	got := make(map[string]string)
	for i, code := range codes {
		if len(plain[identifier(code, "")]) > 1 {
			got[names[i]] = code
		}
	}
	want := map[string]string{
		"CodeInvalidInstanceIdNotFound":             "InvalidInstanceId.NotFound",
		"CodeInvalidNetworkType":                    "InvalidNetworkType",
		"CodeInvalidParameter":                      "InvalidParameter",
		"CodeInvalidPrivatePoolOptionsId":           "Invalid.PrivatePoolOptions.Id",
		"CodeInvalidRegionId":                       "InvalidRegionId",
		"CodeInvalidSpotStrategy":                   "InvalidSpotStrategy",
		"CodeInvalid_InstanceId_NotFound":           "Invalid.InstanceId.NotFound",
		"CodeInvalid_NetworkType":                   "Invalid.NetworkType",
		"CodeInvalid_Parameter":                     "Invalid.Parameter",
		"CodeInvalid_PrivatePoolOptionsId":          "Invalid.PrivatePoolOptionsId",
		"CodeInvalid_RegionId":                      "Invalid.RegionId",
		"CodeInvalid_SpotStrategy":                  "Invalid.SpotStrategy",
		"CodeMissingParameterPrivatePoolOptionsId":  "MissingParameter.PrivatePoolOptions.Id",
		"CodeMissingParameter_PrivatePoolOptionsId": "MissingParameter.PrivatePoolOptionsId",
		"CodeOperationConflict":                     "OperationConflict",
		"CodeOperation_Conflict":                    "Operation.Conflict",
	}
	if !maps.Equal(got, want) {
		t.Errorf("names that codes share = %q, want %q", got, want)
	}
}

func TestDefaults(t *testing.T) {
	table := errtable.Table{
		{Product: "*", Action: "*", Status: 400, Code: "Gateway"},
		{Product: "Ecs", Action: "A", Status: 403, Code: "Gateway"},
		{Product: "Ecs", Action: "A", Status: 403, Code: "Most"},
		{Product: "Ecs", Action: "A", Status: 404, Code: "Tie"},
		{Product: "Ecs", Action: "B", Status: 403, Code: "Gateway"},
		{Product: "Ecs", Action: "B", Status: 400, Code: "Most"},
		{Product: "Ecs", Action: "B", Status: 403, Code: "Tie"},
		{Product: "Ecs", Action: "C", Status: 403, Code: "Most"},
	}
	if got, want := defaults(table, []string{"Gateway", "Most", "Tie"}), []uint32{400, 403, 403}; !slices.Equal(got, want) {
		t.Errorf("defaults = %v, want %v", got, want)
	}
}

func TestCodesFile(t *testing.T) {
	text, err := codesFile(errtable.Table{
		{Product: "*", Action: "*", Status: 400, Code: "X.Y"},
		{Product: "Ecs", Action: "A", Status: 403, Code: "X.Y"},
		{Product: "Ecs", Action: "B", Status: 404, Code: "X.Y"},
		{Product: "Vpc", Action: "*", Status: 404, Code: "X.Y"},
		{Product: "Vpc", Action: "C", Status: 404, Code: "X.Y"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"// CodeXY is answered with 400, 403 or 404 by every action, A, B and 2 more.\n",
		"\tCodeXY = \"X.Y\"\n",
		"DO NOT EDIT",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if _, err := codesFile(errtable.Table{{Product: "Ecs", Action: "A", Status: 400, Code: "."}}); err == nil {
		t.Error("a code without a letter gets a name")
	}
}
