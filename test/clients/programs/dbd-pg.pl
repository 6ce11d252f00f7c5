use strict;
use warnings;
use DBI;

my ($conninfo, $query) = @ARGV;
my $connection = DBI->connect("dbi:Pg:$conninfo", undef, undef, { RaiseError => 1, PrintError => 0 });
print $connection->selectrow_array($query), "\n";
