// The way that AQS 2.0 answers: rows become a struct, and encoding/json makes its bytes. The rows are in memory.
//
//	encoder ROWS.ndjson ANSWER.json
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"strconv"
	"strings"
)

type item struct {
	Project     string `json:"project"`
	Article     string `json:"article"`
	Granularity string `json:"granularity"`
	Timestamp   string `json:"timestamp"`
	Access      string `json:"access"`
	Agent       string `json:"agent"`
	Views       int    `json:"views"`
}

type answer struct {
	Items []item `json:"items"`
}

type stored struct {
	timestamp string
	views     int
}

type finished struct {
	Headers []string `json:"headers"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func readRows(path string) map[string][]stored {
	file, err := os.Open(path)
	check(err)
	defer file.Close()
	rows := map[string][]stored{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var row item
		check(json.Unmarshal(lines.Bytes(), &row))
		rows[row.Article] = append(rows[row.Article], stored{row.Timestamp, row.Views})
	}
	check(lines.Err())
	return rows
}

// Those of Kraken's answer, except the length and the digest.
func readHeaders(path string) [][2]string {
	text, err := os.ReadFile(path)
	check(err)
	var read finished
	check(json.Unmarshal(text, &read))
	var headers [][2]string
	for i := 0; i < len(read.Headers); i += 2 {
		if name := read.Headers[i]; name != "content-length" && name != "etag" {
			headers = append(headers, [2]string{name, read.Headers[i+1]})
		}
	}
	return headers
}

func main() {
	rows := readRows(os.Args[1])
	headers := readHeaders(os.Args[2])
	handler := func(response http.ResponseWriter, request *http.Request) {
		// /metrics/pageviews/per-article/PROJECT/ACCESS/AGENT/ARTICLE/GRANULARITY/START/END
		parts := strings.Split(request.URL.Path, "/")
		if len(parts) != 11 {
			http.NotFound(response, request)
			return
		}
		project, access, agent, article, granularity := parts[4], parts[5], parts[6], parts[7], parts[8]
		start, end := parts[9]+"00", parts[10]+"00"
		days := rows[article]
		first := sort.Search(len(days), func(i int) bool { return days[i].timestamp >= start })
		items := []item{}
		for _, day := range days[first:] {
			if day.timestamp > end {
				break
			}
			items = append(items, item{project, article, granularity, day.timestamp, access, agent, day.views})
		}
		if len(items) == 0 {
			http.NotFound(response, request)
			return
		}
		body, err := json.Marshal(answer{items})
		if err != nil {
			http.Error(response, err.Error(), http.StatusInternalServerError)
			return
		}
		for _, header := range headers {
			response.Header().Set(header[0], header[1])
		}
		response.Header().Set("content-length", strconv.Itoa(len(body)))
		_, _ = response.Write(body)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Printf("http://%s\n", listener.Addr())
	check(http.Serve(listener, http.HandlerFunc(handler)))
}
