// r3labs/sse comes back after errors, and not after clean ends. It hands over what has come of an event that was cut
// off, with the id before or a part of the id.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/r3labs/sse/v2"
)

var lock sync.Mutex

func tell(place int, msg *sse.Event) {
	line, _ := json.Marshal(map[string]any{
		"place": place, "event": string(msg.Event), "data": string(msg.Data), "id": string(msg.ID),
	})
	lock.Lock()
	defer lock.Unlock()
	fmt.Println(string(line))
}

func follow(place int, url string) {
	client := sse.NewClient(url)
	seen := []byte("*")
	for {
		err := client.SubscribeRaw(func(msg *sse.Event) {
			if !bytes.HasSuffix(msg.ID, []byte("*")) {
				client.LastEventID.Store(seen)
				return
			}
			isNew := !bytes.Equal(msg.ID, seen)
			seen = msg.ID
			switch string(msg.Event) {
			case "point", "provisional", "correction":
				if isNew {
					tell(place, msg)
				}
			case "reset":
				tell(place, msg)
			}
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		time.Sleep(time.Second)
	}
}

func main() {
	for place, url := range os.Args[1:] {
		go follow(place, url)
	}
	select {}
}
