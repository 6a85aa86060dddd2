package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// pngRow and tensorRow are rows as a user of parquet-go declares them.
type pngRow struct {
	Image struct {
		Bytes []byte `parquet:"bytes"`
		Path  string `parquet:"path"`
	} `parquet:"image"`
	Label int64 `parquet:"label"`
	Index int64 `parquet:"index"`
}

type tensorRow struct {
	Image []int32 `parquet:"image,list"`
	Label int64   `parquet:"label"`
	Index int64   `parquet:"index"`
}

// openParquet notes what the file says of itself, and gives what is to be closed beside.
func openParquet(path string, r *reading) (*parquet.File, *os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	opened, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	r.CreatedBy, r.Rows = opened.Metadata().CreatedBy, opened.NumRows()
	return opened, file, nil
}

// readTyped has parquet-go fill structures.
func readTyped(path string, r *reading) error {
	opened, file, err := openParquet(path, r)
	if err != nil {
		return err
	}
	defer file.Close()
	_, hasIndex := opened.Schema().Lookup("index")
	add := func(label, index int64) {
		r.Labels = append(r.Labels, label)
		if hasIndex {
			r.Indexes = append(r.Indexes, index)
		}
	}
	if _, isPNG := opened.Schema().Lookup("image", "bytes"); isPNG {
		rows, err := parquet.ReadFile[pngRow](path)
		for _, row := range rows {
			add(row.Label, row.Index)
			r.Paths = append(r.Paths, row.Image.Path)
			r.addImage(row.Image.Bytes)
		}
		return err
	}
	rows, err := parquet.ReadFile[tensorRow](path)
	for _, row := range rows {
		add(row.Label, row.Index)
		samples := make([]byte, len(row.Image))
		for i, sample := range row.Image {
			samples[i] = byte(sample)
		}
		r.addImage(samples)
	}
	return err
}

// readRows takes the values of the columns as they are, row group by row group.
func readRows(path string, r *reading) error {
	opened, file, err := openParquet(path, r)
	if err != nil {
		return err
	}
	defer file.Close()
	names := []string{}
	for _, column := range opened.Schema().Columns() {
		names = append(names, strings.Join(column, "."))
	}
	for _, group := range opened.RowGroups() {
		if err := readGroup(group, names, r); err != nil {
			return err
		}
	}
	return nil
}

func readGroup(group parquet.RowGroup, names []string, r *reading) error {
	rows := group.Rows()
	defer rows.Close()
	buffer := make([]parquet.Row, 100)
	for {
		count, err := rows.ReadRows(buffer)
		for _, row := range buffer[:count] {
			if err := addRow(row, names, r); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func addRow(row parquet.Row, names []string, r *reading) error {
	var image []byte
	for _, value := range row {
		switch name := names[value.Column()]; name {
		case "image.bytes":
			image = value.ByteArray()
		case "image.path":
			r.Paths = append(r.Paths, string(value.ByteArray()))
		case "image.list.element":
			image = append(image, byte(value.Int32()))
		case "label":
			r.Labels = append(r.Labels, value.Int64())
		case "index":
			r.Indexes = append(r.Indexes, value.Int64())
		default:
			return fmt.Errorf("a column that no data set here has: %s", name)
		}
	}
	r.addImage(image)
	return nil
}
