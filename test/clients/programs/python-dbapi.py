import sys

module = __import__(sys.argv[1])
connection = module.connect(sys.argv[2])
cursor = connection.cursor()
cursor.execute(sys.argv[3])
print(cursor.fetchone()[0])
