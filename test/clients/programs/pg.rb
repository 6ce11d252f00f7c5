require 'pg'

conninfo, query = ARGV
puts PG.connect(conninfo).exec(query).getvalue(0, 0)
