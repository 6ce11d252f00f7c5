/* hold-open FILE READY: opens FILE as an editor does that lets others read it but not replace it, writes the file READY
 * as a sign, and holds on until READY is taken away, a minute at most. */
#include <windows.h>

int wmain(int argc, wchar_t **argv)
{
	HANDLE held, ready;
	int tries;

	if (argc != 3)
		return 64;
	held = CreateFileW(argv[1], GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
	if (held == INVALID_HANDLE_VALUE)
		return 1;
	ready = CreateFileW(argv[2], GENERIC_WRITE, FILE_SHARE_DELETE, NULL, CREATE_NEW, 0, NULL);
	if (ready == INVALID_HANDLE_VALUE)
		return 2;
	CloseHandle(ready);
	for (tries = 0; tries < 6000 && GetFileAttributesW(argv[2]) != INVALID_FILE_ATTRIBUTES; tries++)
		Sleep(10);
	CloseHandle(held);
	return 0;
}
