package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v4"
)

func main() {
	connection, err := pgx.Connect(context.Background(), os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var answer string
	if err := connection.QueryRow(context.Background(), os.Args[2]).Scan(&answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer)
}
