/* libpq-connect CONNINFO: what PQconnectdb makes of it. Prints the status, a line with
 * libpq's version and whether TLS is in use, then PQerrorMessage. Exit code 0: connected. Paths are in the ANSI code
 * page, as libpq takes them. */
#include <stdio.h>
#include <windows.h>

typedef struct pg_conn PGconn;
PGconn *PQconnectdb(const char *conninfo);
int PQstatus(const PGconn *conn);
char *PQerrorMessage(const PGconn *conn);
int PQlibVersion(void);
int PQsslInUse(PGconn *conn);
void PQfinish(PGconn *conn);

int wmain(int argc, wchar_t **argv)
{
	char conninfo[8192];
	PGconn *conn;
	int status;

	if (argc != 2 || !WideCharToMultiByte(CP_ACP, 0, argv[1], -1, conninfo, sizeof conninfo, NULL, NULL))
		return 64;
	conn = PQconnectdb(conninfo);
	status = PQstatus(conn);
	printf("%s %d %s\n%s", status == 0 ? "connected" : "refused", PQlibVersion(),
		   status == 0 && PQsslInUse(conn) ? "tls" : "plain", PQerrorMessage(conn));
	PQfinish(conn);
	return status == 0 ? 0 : 1;
}
