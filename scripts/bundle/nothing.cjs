// What the bundle has in place of packages that node-postgres asks for only in ways that are not used here.
