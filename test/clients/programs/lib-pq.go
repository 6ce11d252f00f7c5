package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	database, err := sql.Open("postgres", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var answer string
	if err := database.QueryRow(os.Args[2]).Scan(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer)
}
