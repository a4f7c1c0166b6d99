module encoder

go 1.21
