print("lapwing-gateway")
