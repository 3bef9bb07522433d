import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;

/** Speaks MongoDB's protocol on a port of loopback, and keeps everything in memory: what Girder needs beside itself. */
public final class Store {
    private Store() {}

    public static void main(String[] args) {
        new MongoServer(new MemoryBackend()).bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
    }
}
