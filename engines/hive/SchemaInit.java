import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.jdo.JDOHelper;
import org.datanucleus.api.jdo.JDOPersistenceManagerFactory;
import org.datanucleus.store.schema.SchemaAwareStoreManager;

/**
 * Creates every table of Hive's metastore in a Derby database: the one argument is its JDBC URL.
 *
 * It stands in for `schematool -initSchema`, whose SQL is in no Maven package: the tables are those
 * of the classes that the metastore's package.jdo maps. Created on demand, as
 * datanucleus.schema.autoCreateAll does, some would be missing when the metastore's own SQL asks
 * for them, and inserts would fail.
 */
public class SchemaInit {
  private static final String USER = "APP";
  private static final String PASSWORD = "mine";

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0];
    Set<String> classes = mappedClasses();
    var factory = (JDOPersistenceManagerFactory) JDOHelper.getPersistenceManagerFactory(settings(url));
    var store = (SchemaAwareStoreManager) factory.getNucleusContext().getStoreManager();
    store.createSchemaForClasses(classes, new Properties());
    System.out.println(classes.size() + " classes, " + tables(url) + " tables");
    factory.close();
    shutDown();
  }

  private static Set<String> mappedClasses() throws IOException {
    String mapping;
    try (var stream = SchemaInit.class.getClassLoader().getResourceAsStream("package.jdo")) {
      mapping = new String(stream.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?s)<!--.*?-->", "");
    }
    Matcher names = Pattern.compile("<package name=\"([^\"]+)\"|<class name=\"([^\"]+)\"").matcher(mapping);
    Set<String> classes = new LinkedHashSet<>();
    String inPackage = "";
    while (names.find()) {
      if (names.group(1) != null) inPackage = names.group(1);
      else classes.add(inPackage + "." + names.group(2));
    }
    return classes;
  }

  /** As the metastore has them, so that it finds the names and types that it would have made. */
  private static Properties settings(String url) {
    Properties settings = new Properties();
    settings.put("javax.jdo.PersistenceManagerFactoryClass", JDOPersistenceManagerFactory.class.getName());
    settings.put("javax.jdo.option.ConnectionURL", url);
    settings.put("javax.jdo.option.ConnectionDriverName", "org.apache.derby.jdbc.EmbeddedDriver");
    settings.put("javax.jdo.option.ConnectionUserName", USER);
    settings.put("javax.jdo.option.ConnectionPassword", PASSWORD);
    settings.put("datanucleus.schema.autoCreateAll", "true");
    settings.put("datanucleus.schema.validateTables", "false");
    settings.put("datanucleus.identifierFactory", "datanucleus1");
    settings.put("datanucleus.rdbms.useLegacyNativeValueStrategy", "true");
    settings.put("datanucleus.transactionIsolation", "read-committed");
    settings.put("datanucleus.plugin.pluginRegistryBundleCheck", "LOG");
    settings.put("datanucleus.connectionPoolingType", "dbcp2");
    settings.put("datanucleus.cache.level2", "false");
    return settings;
  }

  private static int tables(String url) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, USER, PASSWORD);
        ResultSet found = connection.getMetaData().getTables(null, USER, null, new String[] {"TABLE"})) {
      int count = 0;
      while (found.next()) count++;
      return count;
    }
  }

  /** Derby says by an exception that it did. */
  private static void shutDown() {
    try {
      DriverManager.getConnection("jdbc:derby:;shutdown=true");
    } catch (SQLException done) {
      return;
    }
  }
}
