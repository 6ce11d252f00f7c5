import java.io.FileInputStream;
import java.sql.DriverManager;
import java.util.Properties;

/** Takes a properties file, the name of the entry that holds the URL, and a query. */
public class JdbcProperties {
    public static void main(String[] args) throws Exception {
        var properties = new Properties();
        try (var file = new FileInputStream(args[0])) {
            properties.load(file);
        }
        var url = properties.getProperty(args[1]);
        if (args[1].equals("url.keystore")) {
            properties.stringPropertyNames().stream()
                    .filter(name -> name.startsWith("javax."))
                    .forEach(name -> System.setProperty(name, properties.getProperty(name)));
        }
        try (var connection = DriverManager.getConnection(url, properties);
                var rows = connection.createStatement().executeQuery(args[2])) {
            rows.next();
            System.out.println(rows.getString(1));
        }
    }
}
