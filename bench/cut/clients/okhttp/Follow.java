import java.util.concurrent.CountDownLatch;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;

/** okhttp-sse reads one response; it gives up after 10 seconds of silence, so heartbeats come each 8 seconds. */
public final class Follow {
  private static final OkHttpClient CLIENT = new OkHttpClient.Builder().dispatcher(dispatcher()).build();

  public static void main(String[] urls) throws InterruptedException {
    for (int i = 0; i < urls.length; i++) {
      int place = i;
      String url = urls[i] + (urls[i].contains("?") ? "&" : "?") + "heartbeat=8";
      new Thread(() -> forever(place, url)).start();
    }
  }

  private static void forever(int place, String url) {
    String[] seen = {""};
    while (true) {
      CountDownLatch isOver = new CountDownLatch(1);
      Request.Builder request = new Request.Builder().url(url);
      if (!seen[0].isEmpty()) request.header("Last-Event-ID", seen[0]);
      EventSources.createFactory(CLIENT).newEventSource(request.build(), new EventSourceListener() {
        @Override public void onEvent(EventSource source, String id, String type, String data) {
          tell(place, type, data, id);
          if (id != null) seen[0] = id;
        }
        @Override public void onClosed(EventSource source) {
          isOver.countDown();
        }
        @Override public void onFailure(EventSource source, Throwable error, Response response) {
          isOver.countDown();
        }
      });
      try {
        isOver.await();
        Thread.sleep(1000);
      } catch (InterruptedException ended) {
        return;
      }
    }
  }

  /** All connections are to one host. */
  private static Dispatcher dispatcher() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(1000);
    dispatcher.setMaxRequestsPerHost(1000);
    return dispatcher;
  }

  private static synchronized void tell(int place, String event, String data, String id) {
    System.out.println(
        "{\"place\":" + place + ",\"event\":" + json(event) + ",\"data\":" + json(data) + ",\"id\":" + json(id) + "}");
  }

  private static String json(String text) {
    if (text == null) return "\"\"";
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
