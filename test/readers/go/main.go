// Reads shards as Go's libraries give them and prints, as one line of JSON, what each library found in each file.
//
// Usage: readers FILE..., files of Parquet (*.parquet) and of Arrow (*.arrow), in either form of Arrow's
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"path/filepath"
)

// reading is what a library gave of a file.
type reading struct {
	Reader string `json:"reader"`
	File   string `json:"file"`
	// CreatedBy is what a Parquet file says that it was written by.
	CreatedBy string  `json:"created_by,omitempty"`
	Rows      int64   `json:"rows"`
	Labels    []int64 `json:"labels"`
	// Indexes and Paths are of the columns `index` and `image.path`, where there are any.
	Indexes []int64  `json:"indexes,omitempty"`
	Paths   []string `json:"paths,omitempty"`
	// Sizes has the number of bytes of each image, and SHA256 is that of all their bytes, in order: of PNGs or of samples.
	Sizes  []int  `json:"sizes"`
	SHA256 string `json:"sha256"`
	hash   hash.Hash
}

func (r *reading) addImage(bytes []byte) {
	r.Sizes = append(r.Sizes, len(bytes))
	r.hash.Write(bytes)
}

// readers has, by the ending of a file's name, what reads such files.
var readers = map[string][]struct {
	name string
	read func(path string, r *reading) error
}{
	".parquet": {{"parquet-go, ReadFile", readTyped}, {"parquet-go, Rows", readRows}, {"arrow-go, pqarrow", readPqarrow}},
	".arrow":   {{"arrow-go, ipc", readIPC}},
}

func main() {
	readings := []*reading{}
	for _, path := range os.Args[1:] {
		for _, reader := range readers[filepath.Ext(path)] {
			r := &reading{Reader: reader.name, File: filepath.Base(path), hash: sha256.New()}
			if err := reader.read(path, r); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %s: %v\n", path, reader.name, err)
				os.Exit(1)
			}
			r.SHA256 = hex.EncodeToString(r.hash.Sum(nil))
			readings = append(readings, r)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(readings); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
