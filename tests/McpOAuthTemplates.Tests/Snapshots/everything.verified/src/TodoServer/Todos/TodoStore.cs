using Microsoft.Data.Sqlite;

namespace TodoServer.Todos;

/// <summary>
/// The todos of each user, in the SQLite database of ConnectionStrings:Todos; without that setting
/// in memory, for as long as this process lives. An example of rows that belong to a user: each
/// statement asks for the owner, who is the subject of the access token.
/// </summary>
public sealed class TodoStore : IDisposable
{
    private const string InMemory = "Data Source=todos;Mode=Memory;Cache=Shared";
    private const int MaxTodosPerUser = 1000;

    private readonly string _connectionString;
    private readonly SqliteConnection _kept;

    public TodoStore(IConfiguration configuration)
    {
        _connectionString = configuration.GetConnectionString("Todos") ?? InMemory;

        // A database in memory lives for as long as a connection to it is open.
        _kept = Open();

        // Subjects are compared letter by letter, as SQLite does unless a collation says otherwise.
        using var command = CreateCommand(_kept, """
            CREATE TABLE IF NOT EXISTS Todos (
                Owner TEXT NOT NULL,
                Id INTEGER NOT NULL,
                Title TEXT NOT NULL,
                IsCompleted INTEGER NOT NULL,
                PRIMARY KEY (Owner, Id))
            """);
        command.ExecuteNonQuery();
    }

    /// <summary>All todos of the user, in the order in which they were added.</summary>
    public IReadOnlyList<TodoItem> List(string user) => Query(
        "SELECT Id, Title, IsCompleted FROM Todos WHERE Owner = $owner ORDER BY Id",
        ("$owner", user));

    /// <summary>Returns the new todo, or null if the user has too many already.</summary>
    public TodoItem? Add(string user, string title)
    {
        // One statement, so that no other instance can add one in between.
        const string Insert = """
            INSERT INTO Todos (Owner, Id, Title, IsCompleted)
            SELECT $owner, COUNT(*) + 1, $title, 0 FROM Todos WHERE Owner = $owner
            HAVING COUNT(*) < $max
            RETURNING Id, Title, IsCompleted
            """;
        var added = Query(
            Insert, ("$owner", user), ("$title", title), ("$max", MaxTodosPerUser));
        return added.SingleOrDefault();
    }

    /// <summary>Returns the completed todo, or null if the user has none with this id.</summary>
    public TodoItem? Complete(string user, int id)
    {
        const string Update = """
            UPDATE Todos SET IsCompleted = 1 WHERE Owner = $owner AND Id = $id
            RETURNING Id, Title, IsCompleted
            """;
        return Query(Update, ("$owner", user), ("$id", id)).SingleOrDefault();
    }

    public void Dispose() => _kept.Dispose();

    private List<TodoItem> Query(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open();
        using var command = CreateCommand(connection, sql);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        List<TodoItem> todos = [];
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            todos.Add(new TodoItem(reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2)));
        }

        return todos;
    }

    private static SqliteCommand CreateCommand(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }
}
