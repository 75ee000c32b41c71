// Command specgen writes api/spec/*.json, the project's own description of every action it knows.
//
// It is run by hand, when its inputs change, and its output is checked in:
//
//	go run ./specgen -facts DIR -actions actions.tsv -sdk2 DIR -sdk1 DIR -select specgen/select.txt -out ../api/spec
//
// Inputs:
//
//	-facts    a folder of <product>.json: published parameter metadata (names, types, required flags) of each product
//	-actions  a table of the ECS actions: group, read or write, successor of deprecated ones, tier
//	-sdk2     folder client of module github.com/alibabacloud-go/ecs-20140526/v7 v7.5.0: ECS request nesting and answers
//	-sdk1     folder services of module github.com/aliyun/alibaba-cloud-sdk-go v1.63.107: the same for the other products
//	-select   the actions of products other than ECS that get types; the rest are known by name only
//
// Only names, types and structure are taken. Shapes that neither module has are in hand.go, each with its source.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	var (
		facts   = flag.String("facts", "", "folder of <product>.json parameter metadata")
		actions = flag.String("actions", "", "table of the ECS actions (tab separated)")
		sdk2    = flag.String("sdk2", "", "folder client of ecs-20140526/v7")
		sdk1    = flag.String("sdk1", "", "folder services of alibaba-cloud-sdk-go")
		choose  = flag.String("select", "specgen/select.txt", "actions of the other products that get types")
		out     = flag.String("out", "../api/spec", "folder to write to")
	)
	flag.Parse()
	for _, s := range []*string{facts, actions, sdk2, sdk1} {
		if *s == "" {
			flag.Usage()
			os.Exit(2)
		}
	}
	g := &generator{facts: *facts, sdk1: *sdk1, selected: must(readSelection(*choose)), table: must(readActions(*actions))}
	g.ecs = must(parseFolder(*sdk2))
	for _, p := range products {
		s, err := g.product(p)
		if err != nil {
			log.Fatalf("specgen: %s: %v", p.file, err)
		}
		path := filepath.Join(*out, p.file+".json")
		if err := os.WriteFile(path, s.marshal(), 0o644); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d actions with types, %d known by name\n", path, len(s.Actions), len(s.Known))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal("specgen: ", err)
	}
	return v
}
