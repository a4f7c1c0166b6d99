import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Fills topics as others do, by Kafka's own client: Fill BROKERS PREFIX. What a reader is to see are
 * the values that start with "kept".
 */
public class Fill {
  static final long IN_2020 = 1577836800000L;
  static String brokers;
  static String prefix;

  public static void main(String[] args) throws Exception {
    brokers = args[0];
    prefix = args[1];
    var topics = new ArrayList<NewTopic>();
    for (var name : List.of("gzip", "snappy", "lz4", "zstd", "aborted", "long", "open", "odd")) {
      topics.add(new NewTopic(prefix + name, 1, (short) 1));
    }
    // By default Kafka deletes what is dated so long ago.
    topics.add(new NewTopic(prefix + "created", 1, (short) 1).configs(Map.of("retention.ms", "-1")));
    topics.add(new NewTopic(prefix + "appended", 1, (short) 1).configs(Map.of("message.timestamp.type", "LogAppendTime")));
    try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin.createTopics(topics).all().get();
    }
    for (var codec : List.of("gzip", "snappy", "lz4", "zstd")) compressed(codec);
    aborted();
    longAborted();
    dated("created");
    dated("appended");
    odd();
    open();
    // The open transaction stays open.
    Runtime.getRuntime().halt(0);
  }

  static KafkaProducer<String, String> producer(Map<String, Object> more) {
    var settings = new java.util.HashMap<String, Object>(Map.of("bootstrap.servers", brokers, "linger.ms", 50));
    settings.putAll(more);
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  static KafkaProducer<String, String> transactional(String id, int batchBytes) {
    var made = producer(Map.of("transactional.id", prefix + id, "batch.size", batchBytes, "transaction.timeout.ms", 600000));
    made.initTransactions();
    return made;
  }

  static void send(KafkaProducer<String, String> to, String topic, String... values) {
    for (var value : values) to.send(new ProducerRecord<>(prefix + topic, value));
    to.flush();
  }

  static String[] numbered(String text, int from, int count) {
    var values = new String[count];
    for (int i = 0; i < count; i++) values[i] = text + " " + (from + i);
    return values;
  }

  /** 2 batches of 500 records, each larger than a piece of snappy's (32 KB), and one that doesn't compress. */
  static void compressed(String codec) {
    try (var made = producer(Map.of("compression.type", codec, "batch.size", 900000, "linger.ms", 1000, "max.request.size", 2000000))) {
      for (int batch = 0; batch < 2; batch++) {
        send(made, codec, numbered("kept " + "long and alike ".repeat(20), 500 * batch, 500));
      }
      var random = new java.util.Random(1);
      var letters = new StringBuilder("kept ");
      for (int i = 0; i < 100000; i++) letters.append((char) (33 + random.nextInt(90)));
      send(made, codec, letters.toString());
    }
  }

  static void aborted() {
    try (var one = transactional("one", 16384); var two = transactional("two", 16384); var plain = producer(Map.of())) {
      one.beginTransaction();
      send(one, "aborted", numbered("kept", 0, 10));
      one.commitTransaction();
      two.beginTransaction();
      send(two, "aborted", "gone by two");
      for (int i = 0; i < 2; i++) {
        one.beginTransaction();
        send(one, "aborted", numbered("gone by one", i, 3));
        one.abortTransaction();
      }
      one.beginTransaction();
      send(one, "aborted", numbered("kept", 10, 10));
      one.commitTransaction();
      send(two, "aborted", "gone by two");
      two.abortTransaction();
      two.beginTransaction();
      send(two, "aborted", "kept 20");
      send(plain, "aborted", "kept 21");
      two.commitTransaction();
      // The end of the topic can't be read.
      one.beginTransaction();
      send(one, "aborted", "gone by one");
      one.abortTransaction();
    }
  }

  /** Aborted transactions that don't fit one answer. */
  static void longAborted() {
    try (var made = transactional("long", 4096)) {
      for (int i = 0; i < 3; i++) {
        made.beginTransaction();
        send(made, "long", numbered("gone " + "x".repeat(1000), 0, 100));
        made.abortTransaction();
        made.beginTransaction();
        send(made, "long", numbered("kept", 5 * i, 5));
        made.commitTransaction();
      }
    }
  }

  static void dated(String topic) throws ExecutionException, InterruptedException {
    try (var made = producer(Map.of())) {
      for (int i = 0; i < 3; i++) made.send(new ProducerRecord<>(prefix + topic, null, IN_2020 + 1000 * i, null, "kept " + i));
      made.flush();
    }
  }

  /** Keys, headers, and what compaction takes for a deletion. */
  static void odd() {
    try (var made = producer(Map.of())) {
      var full = new ProducerRecord<>(prefix + "odd", "a key", "kept 0");
      full.headers().add("a header", new byte[] {1, 2}).add("an empty one", null);
      made.send(full);
      made.send(new ProducerRecord<>(prefix + "odd", "a key", null));
      made.send(new ProducerRecord<>(prefix + "odd", "a key", "kept 1"));
      made.flush();
    }
  }

  static void open() {
    var plain = producer(Map.of());
    send(plain, "open", numbered("kept", 0, 5));
    var made = transactional("open", 16384);
    made.beginTransaction();
    send(made, "open", "open 0", "open 1");
    send(plain, "open", "behind");
  }
}
