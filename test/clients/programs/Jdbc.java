import java.sql.DriverManager;

public class Jdbc {
    public static void main(String[] args) throws Exception {
        try (var connection = DriverManager.getConnection(args[0]);
                var rows = connection.createStatement().executeQuery(args[1])) {
            rows.next();
            System.out.println(rows.getString(1));
        }
    }
}
