// The pause container: holds a pod's namespaces, reaps orphaned processes, ends on SIGTERM or SIGINT.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// kubeadm's upgrade-health-check Job runs `pause -v` and fails the upgrade unless that ends with 0.
	if len(os.Args) > 1 && os.Args[1] == "-v" {
		fmt.Println("pause, lab build")
		return
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for s := range signals {
		if s != syscall.SIGCHLD {
			return
		}
		for {
			if pid, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 {
				break
			}
		}
	}
}
