// The module of OpenECS's own tools: what builds or checks the project and must not reach those who import it.
module github.com/openecs/openecs/tools

go 1.26.8
