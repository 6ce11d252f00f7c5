<?php
$connection = pg_connect($argv[1]);
if ($connection === false) {
    exit(1);
}
echo pg_fetch_result(pg_query($connection, $argv[2]), 0, 0), "\n";
