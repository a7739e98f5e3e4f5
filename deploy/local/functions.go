package main

import (
	"fmt"

	"github.com/openfaas/faas-provider/types"
	"go.yaml.in/yaml/v3"

	"calculator"
	add "calculator/functions/add"
	cos "calculator/functions/cos"
	dashboard "calculator/functions/dashboard"
	divide "calculator/functions/divide"
	evaluate "calculator/functions/evaluate"
	exp "calculator/functions/exp"
	log "calculator/functions/log"
	multiply "calculator/functions/multiply"
	power "calculator/functions/power"
	remainder "calculator/functions/remainder"
	root "calculator/functions/root"
	round "calculator/functions/round"
	sin "calculator/functions/sin"
	subtract "calculator/functions/subtract"
	tan "calculator/functions/tan"
	"calculator/template/calculator/host"
)

// handles are the functions that this program is built with. Which of them it serves is stack.yml's to say.
var handles = map[string]host.Handle{
	"add": add.Handle, "subtract": subtract.Handle, "multiply": multiply.Handle, "divide": divide.Handle,
	"remainder": remainder.Handle, "power": power.Handle, "root": root.Handle, "exp": exp.Handle, "log": log.Handle,
	"sin": sin.Handle, "cos": cos.Handle, "tan": tan.Handle, "round": round.Handle, "evaluate": evaluate.Handle,
	"dashboard": dashboard.Handle,
}

// stackFunctions returns the functions of stack.yml in their order, as the gateway describes them.
func stackFunctions() ([]types.FunctionStatus, error) {
	var file struct {
		Functions yaml.Node `yaml:"functions"`
	}
	if err := yaml.Unmarshal(calculator.Stack, &file); err != nil {
		return nil, fmt.Errorf("stack.yml: %w", err)
	}
	var all []types.FunctionStatus
	for i := 0; i+1 < len(file.Functions.Content); i += 2 {
		var f struct {
			Labels      map[string]string `yaml:"labels"`
			Annotations map[string]string `yaml:"annotations"`
			Environment map[string]string `yaml:"environment"`
			Limits      struct {
				Memory string `yaml:"memory"`
			} `yaml:"limits"`
		}
		name := file.Functions.Content[i].Value
		if err := file.Functions.Content[i+1].Decode(&f); err != nil {
			return nil, fmt.Errorf("stack.yml: %s: %w", name, err)
		}
		if handles[name] == nil {
			return nil, fmt.Errorf("stack.yml: %s: deploy/local is not built with such a function; add it to its functions.go", name)
		}
		all = append(all, types.FunctionStatus{
			Name: name, Namespace: namespace, Image: "calculator-" + name + ":" + host.Version(),
			Labels: &f.Labels, Annotations: &f.Annotations, EnvVars: f.Environment,
			Limits:   &types.FunctionResources{Memory: f.Limits.Memory},
			Replicas: 1, AvailableReplicas: 1,
		})
	}
	return all, nil
}
