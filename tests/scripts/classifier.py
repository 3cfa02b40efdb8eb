"""A classifier of small pictures, with the usual command line; the pictures are drawn here."""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

CLASSES, SIDE = 4, 8


def pictures(count, seed):
    """Noisy bars: level, upright, and along the two diagonals."""
    g = torch.Generator().manual_seed(seed)
    target = torch.arange(count) % CLASSES
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    shift = torch.randint(-1, 2, (count, 1, 1), generator=g)
    lines = torch.stack([rows - 4, columns - 4, rows - columns, rows + columns - 7])
    data = (lines[target] == shift).float()
    data = data + 0.3 * torch.randn(count, SIDE, SIDE, generator=g)
    return data.unsqueeze(1), target


class Net(nn.Module):
    def __init__(self, dropout=0.1):
        super().__init__()
        self.fc1 = nn.Linear(SIDE * SIDE, 32)
        self.dropout = nn.Dropout(dropout)
        self.fc2 = nn.Linear(32, CLASSES)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = self.dropout(x)
        return F.log_softmax(self.fc2(x), dim=1)


def train(args, model, device, batches, optimizer, epoch):
    model.train()
    losses = []
    for batch_idx, (data, target) in enumerate(batches):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if batch_idx % args.log_interval == 0:
            print(
                f"Train Epoch: {epoch} [{batch_idx * len(data)} "
                f"({100.0 * batch_idx / len(batches):.0f}%)]\tLoss: {loss.item():.6f}"
            )
    return losses


def test(model, device, batches):
    model.eval()
    test_loss = correct = total = 0
    with torch.no_grad():
        for data, target in batches:
            data, target = data.to(device), target.to(device)
            output = model(data)
            test_loss += F.nll_loss(output, target, reduction="sum").item()
            pred = output.argmax(dim=1, keepdim=True)
            correct += pred.eq(target.view_as(pred)).sum().item()
            total += target.size(0)
    print(f"Test set: Average loss: {test_loss / total:.4f}, Accuracy: {correct}/{total}")
    return correct / total


def main(argv=None):
    parser = argparse.ArgumentParser(description="Bars")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--no-accel", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-interval", type=int, default=4)
    parser.add_argument("--save-model", default="")
    args = parser.parse_args(argv)

    use_accel = not args.no_accel and torch.accelerator.is_available()
    torch.manual_seed(args.seed)
    device = torch.accelerator.current_accelerator() if use_accel else torch.device("cpu")

    (data, target), held_out = pictures(256, 1), pictures(64, 2)
    size = args.batch_size
    batches = [(data[i : i + size], target[i : i + size]) for i in range(0, len(data), size)]

    model = Net().to(device)
    optimizer = optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
    for epoch in range(1, args.epochs + 1):
        train(args, model, device, batches, optimizer, epoch)
        test(model, device, [held_out])

    if args.save_model:
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                    "epoch": epoch}, args.save_model)  # fmt: skip
        checkpoint = torch.load(args.save_model, map_location=device, weights_only=True)
        again = Net().to(device)
        again.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        assert test(again, device, [held_out]) == test(model, device, [held_out])
        for a, b in zip(model.parameters(), again.parameters()):
            torch.testing.assert_close(a, b)


if __name__ == "__main__":
    main()
