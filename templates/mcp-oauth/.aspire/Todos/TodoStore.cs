using Microsoft.Data.Sqlite;

namespace McpOAuthServer.Todos;

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
        using var command = _kept.CreateCommand();
        command.CommandText = """
            CREATE TABLE IF NOT EXISTS Todos (
                Owner TEXT NOT NULL,
                Id INTEGER NOT NULL,
                Title TEXT NOT NULL,
                IsCompleted INTEGER NOT NULL,
                PRIMARY KEY (Owner, Id))
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>All todos of the user, in the order in which they were added.</summary>
    public IReadOnlyList<TodoItem> List(string user)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Id, Title, IsCompleted FROM Todos WHERE Owner = $owner ORDER BY Id";
        command.Parameters.AddWithValue("$owner", user);
        return Read(command);
    }

    /// <summary>Returns the new todo, or null if the user has too many already.</summary>
    public TodoItem? Add(string user, string title)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();

        // One statement, so that no other instance can add one in between.
        command.CommandText = """
            INSERT INTO Todos (Owner, Id, Title, IsCompleted)
            SELECT $owner, COUNT(*) + 1, $title, 0 FROM Todos WHERE Owner = $owner HAVING COUNT(*) < $max
            RETURNING Id, Title, IsCompleted
            """;
        command.Parameters.AddWithValue("$owner", user);
        command.Parameters.AddWithValue("$title", title);
        command.Parameters.AddWithValue("$max", MaxTodosPerUser);
        return Change(connection, command);
    }

    /// <summary>Returns the completed todo, or null if the user has none with this id.</summary>
    public TodoItem? Complete(string user, int id)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE Todos SET IsCompleted = 1 WHERE Owner = $owner AND Id = $id
            RETURNING Id, Title, IsCompleted
            """;
        command.Parameters.AddWithValue("$owner", user);
        command.Parameters.AddWithValue("$id", id);
        return Change(connection, command);
    }

    public void Dispose() => _kept.Dispose();

    // In a transaction of its own: without one, the change is committed while its result is read,
    // and that fails if another instance reads at this moment.
    private static TodoItem? Change(SqliteConnection connection, SqliteCommand command)
    {
        using var transaction = connection.BeginTransaction();
        command.Transaction = transaction;
        var changed = Read(command).SingleOrDefault();
        transaction.Commit();
        return changed;
    }

    private static List<TodoItem> Read(SqliteCommand command)
    {
        List<TodoItem> todos = [];
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            todos.Add(new TodoItem(reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2)));
        }

        return todos;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }
}
