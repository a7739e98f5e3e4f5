package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// good is one function as it was when it was verified: enough to bring it back and to verify it again.
type good struct {
	Image   string  `json:"image"`
	Version string  `json:"version"`
	Stack   string  `json:"stack"`
	Checks  []Check `json:"checks"`
}

// deployment is one verified state of all functions.
type deployment struct {
	Version   string          `json:"version"`
	Time      time.Time       `json:"time"`
	Functions map[string]good `json:"functions"`
}

// history is deployed.json: the last good deployments, newest first.
type history []deployment

const kept = 5

// store is the folder of the state. Both files are only ever replaced whole, by renaming.
type store struct{ dir string }

func (s store) deployed() (history, error) {
	var h history
	return h, readJSON(filepath.Join(s.dir, "deployed.json"), &h)
}

// record puts a deployment on top. One of the same version is the same deployment done again.
func (s store) record(d deployment) error {
	old, err := s.deployed()
	if err != nil {
		return err
	}
	h := history{d}
	for _, o := range old {
		if o.Version != d.Version && len(h) < kept {
			h = append(h, o)
		}
	}
	return writeJSON(filepath.Join(s.dir, "deployed.json"), h)
}

// versions is versions.json.
func (s store) versions() (map[string]string, error) {
	v := map[string]string{}
	err := readJSON(filepath.Join(s.dir, "versions.json"), &v)
	if v == nil { // null
		v = map[string]string{}
	}
	return v, err
}

// setVersions changes versions.json, from which nginx takes what it may cache: "" while a function is replaced.
func (s store) setVersions(change map[string]string) error {
	v, err := s.versions()
	if err != nil {
		return err
	}
	for name, version := range change {
		v[name] = version
	}
	return s.replaceVersions(v)
}

// replaceVersions forgets functions that are no longer deployed.
func (s store) replaceVersions(v map[string]string) error {
	return writeJSON(filepath.Join(s.dir, "versions.json"), v)
}

// lock keeps two runs apart, and ends with the process however that ends.
func (s store) lock() (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.dir, "live.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: another run is at work: %w", f.Name(), err), f.Close())
	}
	return func() {
		// Unlocked by name: a child that is just being started still has the file open.
		_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
		_ = f.Close()
	}, nil
}

func readJSON(file string, into any) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was deployed yet
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w: what is left of it is no state; move it away, and what runs now is taken as it is", file, err)
	}
	return nil
}

// writeJSON replaces a file: a reader sees the old or the new one, and after a loss of power too.
func writeJSON(file string, v any) (err error) {
	b, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(append(b, '\n'))
	// nginx's workers read it, under a user of their own.
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(f.Name(), file); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
