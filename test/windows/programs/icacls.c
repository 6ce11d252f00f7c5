/* Stands in for icacls.exe, which says and does nothing under Wine: the forms that the product uses, by the same
 * functions of Windows. Wine keeps of a list what fits into a file's mode.
 *   icacls PATH /save FILE /q
 *   icacls PATH /reset /q                                       (takes the list of the folder above)
 *   icacls PATH /inheritance:r /grant:r *SID:[(OI)(CI)]F ... /q
 *   icacls FOLDER /restore FILE */
#include <stdio.h>
#include <windows.h>
#include <aclapi.h>
#include <sddl.h>

static int say(DWORD error)
{
	return error == ERROR_SUCCESS ? 0 : (int) error;
}

static DWORD read_list(const wchar_t *path, wchar_t **sddl)
{
	PSECURITY_DESCRIPTOR sd;
	DWORD error = GetNamedSecurityInfoW((wchar_t *) path, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
										NULL, NULL, &sd);

	if (error != ERROR_SUCCESS)
		return error;
	return ConvertSecurityDescriptorToStringSecurityDescriptorW(sd, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, sddl,
																NULL) ? ERROR_SUCCESS : GetLastError();
}

static DWORD write_list(wchar_t *path, const wchar_t *sddl, SECURITY_INFORMATION how)
{
	PSECURITY_DESCRIPTOR sd;
	BOOL present, by_default;
	PACL list;

	if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &sd, NULL) ||
		!GetSecurityDescriptorDacl(sd, &present, &list, &by_default))
		return GetLastError();
	return SetNamedSecurityInfoW(path, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | how, NULL, NULL, list, NULL);
}

static int save(wchar_t *path, wchar_t *file)
{
	const wchar_t *name = wcsrchr(path, '\\');
	wchar_t *sddl;
	DWORD error = read_list(path, &sddl);
	FILE *out;

	if (error != ERROR_SUCCESS)
		return say(error);
	if ((out = _wfopen(file, L"wb")) == NULL)
		return 1;
	name = name == NULL ? path : name + 1;
	fwrite(name, sizeof(wchar_t), wcslen(name), out);
	fwrite(L"\r\n", sizeof(wchar_t), 2, out);
	fwrite(sddl, sizeof(wchar_t), wcslen(sddl), out);
	fwrite(L"\r\n", sizeof(wchar_t), 2, out);
	return fclose(out);
}

static int reset(wchar_t *path)
{
	wchar_t above[32768], *end, *sddl;
	DWORD error;

	wcscpy(above, path);
	if ((end = wcsrchr(above, '\\')) == NULL)
		return 1;
	*end = 0;
	error = read_list(above, &sddl);
	return say(error != ERROR_SUCCESS ? error : write_list(path, sddl, UNPROTECTED_DACL_SECURITY_INFORMATION));
}

static int grant(wchar_t *path, int count, wchar_t **grants)
{
	wchar_t sddl[4096] = L"D:P";
	int at;

	for (at = 0; at < count && grants[at][0] == '*'; at++)
	{
		wchar_t *rights = wcschr(grants[at], ':');

		if (rights == NULL)
			return 1;
		*rights++ = 0;
		swprintf(sddl + wcslen(sddl), 4096 - wcslen(sddl), L"(A;%ls;FA;;;%ls)", wcscmp(rights, L"F") ? L"OICI" : L"",
				 grants[at] + 1);
	}
	return say(write_list(path, sddl, PROTECTED_DACL_SECURITY_INFORMATION));
}

static int restore(const wchar_t *folder, const wchar_t *file)
{
	wchar_t text[32768], path[32768], *sddl;
	FILE *in = _wfopen(file, L"rb");
	size_t length;

	if (in == NULL)
		return 1;
	length = fread(text, sizeof(wchar_t), 32767, in);
	fclose(in);
	text[length] = 0;
	if ((sddl = wcsstr(text, L"\r\n")) == NULL)
		return 1;
	*sddl = 0;
	sddl += 2;
	sddl[wcscspn(sddl, L"\r")] = 0;
	swprintf(path, 32768, L"%ls\\%ls", folder, text);
	return say(write_list(path, sddl, UNPROTECTED_DACL_SECURITY_INFORMATION));
}

int wmain(int argc, wchar_t **argv)
{
	if (argc == 5 && !wcscmp(argv[2], L"/save"))
		return save(argv[1], argv[3]);
	if (argc == 4 && !wcscmp(argv[2], L"/restore"))
		return restore(argv[1], argv[3]);
	if (argc == 4 && !wcscmp(argv[2], L"/reset"))
		return reset(argv[1]);
	if (argc > 4 && !wcscmp(argv[2], L"/inheritance:r") && !wcscmp(argv[3], L"/grant:r"))
		return grant(argv[1], argc - 4, argv + 4);
	return 64;
}
