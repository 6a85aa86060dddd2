package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// readIPC reads an Arrow file, or an Arrow stream, which begins without the magic number of files.
func readIPC(path string, r *reading) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(content, ipc.Magic) {
		r.Reader += ".NewReader"
		stream, err := ipc.NewReader(bytes.NewReader(content))
		if err != nil {
			return err
		}
		defer stream.Release()
		return addBatches(stream.Read, r)
	}
	r.Reader += ".NewFileReader"
	opened, err := ipc.NewFileReader(bytes.NewReader(content))
	if err != nil {
		return err
	}
	defer opened.Close()
	return addBatches(opened.Read, r)
}

// readPqarrow has arrow-go turn Parquet into record batches.
func readPqarrow(path string, r *reading) error {
	opened, err := file.OpenParquetFile(path, false)
	if err != nil {
		return err
	}
	defer opened.Close()
	r.CreatedBy = opened.MetaData().GetCreatedBy()
	columns, err := pqarrow.NewFileReader(opened, pqarrow.ArrowReadProperties{BatchSize: 1000}, memory.DefaultAllocator)
	if err != nil {
		return err
	}
	batches, err := columns.GetRecordReader(context.Background(), nil, nil)
	if err != nil {
		return err
	}
	defer batches.Release()
	return addBatches(batches.Read, r)
}

func addBatches(next func() (arrow.RecordBatch, error), r *reading) error {
	for {
		batch, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := addBatch(batch, r); err != nil {
			return err
		}
	}
}

func addBatch(batch arrow.RecordBatch, r *reading) error {
	r.Rows += batch.NumRows()
	for i, column := range batch.Columns() {
		switch name := batch.ColumnName(i); name {
		case "label", "index":
			numbers, ok := column.(*array.Int64)
			if !ok {
				return fmt.Errorf("%s is of %v", name, column.DataType())
			}
			if name == "label" {
				r.Labels = append(r.Labels, numbers.Int64Values()...)
			} else {
				r.Indexes = append(r.Indexes, numbers.Int64Values()...)
			}
		case "image":
			if err := addImages(column, r); err != nil {
				return err
			}
		default:
			return fmt.Errorf("a column that no data set here has: %s", name)
		}
	}
	return nil
}

// addImages takes a column of structures of bytes and path, or of lists of samples.
func addImages(column arrow.Array, r *reading) error {
	if images, ok := column.(*array.Struct); ok && images.NumField() == 2 {
		pngs, isBinary := images.Field(0).(*array.Binary)
		paths, isString := images.Field(1).(*array.String)
		if isBinary && isString {
			for i := range images.Len() {
				r.addImage(pngs.Value(i))
				r.Paths = append(r.Paths, paths.Value(i))
			}
			return nil
		}
	}
	if lists, ok := column.(array.ListLike); ok {
		if samples, ok := lists.ListValues().(*array.Uint8); ok {
			for i := range lists.Len() {
				start, end := lists.ValueOffsets(i)
				r.addImage(samples.Uint8Values()[start:end])
			}
			return nil
		}
	}
	return fmt.Errorf("the images are of %v", column.DataType())
}
