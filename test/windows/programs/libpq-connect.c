/* libpq-connect CONNINFO: what PQconnectdb makes of it. Prints the status, a line with
 * libpq's version and whether TLS is in use, then PQerrorMessage, in UTF-8. Exit code 0: connected. libpq itself takes
 * and gives text in the ANSI code page. */
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <windows.h>

typedef struct pg_conn PGconn;
PGconn *PQconnectdb(const char *conninfo);
int PQstatus(const PGconn *conn);
char *PQerrorMessage(const PGconn *conn);
int PQlibVersion(void);
int PQsslInUse(PGconn *conn);
void PQfinish(PGconn *conn);

static void print(const char *ansi)
{
	wchar_t wide[16384];
	char utf8[49152];

	if (MultiByteToWideChar(CP_ACP, 0, ansi, -1, wide, 16384) &&
		WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, sizeof utf8, NULL, NULL))
		fputs(utf8, stdout);
}

int wmain(int argc, wchar_t **argv)
{
	char conninfo[8192];
	PGconn *conn;
	int status;

	if (argc != 2 || !WideCharToMultiByte(CP_ACP, 0, argv[1], -1, conninfo, sizeof conninfo, NULL, NULL))
		return 64;
	conn = PQconnectdb(conninfo);
	status = PQstatus(conn);
	_setmode(_fileno(stdout), _O_BINARY);
	printf("%s %d %s\n", status == 0 ? "connected" : "refused", PQlibVersion(),
		   status == 0 && PQsslInUse(conn) ? "tls" : "plain");
	print(PQerrorMessage(conn));
	PQfinish(conn);
	return status == 0 ? 0 : 1;
}
